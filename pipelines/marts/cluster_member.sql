-- Which of our schools is in which cluster, from when to when.
select distinct m.cluster_id, m.cluster_name, m.urn, m.role, m.from_date, m.to_date
from core.cluster_member m
join core.school s using (urn)
where s.la_code = (select la_code from core.build)
