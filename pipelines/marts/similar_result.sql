-- What the schools most like each of our schools reach: the median of their own figures of all pupils, by measure and
-- year, where at least ten of the twenty have one. A median of so many published figures gives no school away.
with pair as (
    select urn, similar_urn from mart.similar_school where similar_urn is not null
), wanted as (
    select measure from core.measure where polarity <> 'neither is better'
)
select p.urn, r.year, r.measure, r."group", median(r.value) as value, count(*)::integer as schools
from core.result r
join pair p on p.similar_urn = r.urn
where r.value is not null and r."group" = 'all' and r.measure in (select measure from wanted)
group by all
having count(*) >= 10
order by 1, 3, 2
