-- Schools that came before or after ours; both can be found.
with links as (
    select urn, earlier_urn as linked_urn, 'predecessor' as direction, link_type, established, steps from core.succession
    union all
    select earlier_urn, urn, 'successor', link_type, established, steps from core.succession
)
select l.urn, l.linked_urn, s.name as linked_name, s.la_code as linked_la_code, s.status as linked_status, l.direction,
    l.link_type, l.established, l.steps
from links l
join core.school o on o.urn = l.urn and o.la_code = (select la_code from core.build)
left join core.school s on s.urn = l.linked_urn
order by all
