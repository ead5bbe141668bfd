-- Which schools came before which: predecessors of predecessors too, from links in either direction.
create table core.succession as
with recursive pairs as (
    select urn, linked_urn as earlier_urn, link_type, established from core.school_link where direction = 'predecessor'
    union
    select linked_urn, urn, link_type, established from core.school_link where direction = 'successor'
), direct as (
    select urn, earlier_urn, min(established) as established,
        string_agg(distinct link_type, '; ' order by link_type) as link_type
    from pairs where urn <> earlier_urn group by urn, earlier_urn
), chain as (
    select urn, earlier_urn, 1 as steps, [urn, earlier_urn] as path from direct
    union all
    select c.urn, d.earlier_urn, c.steps + 1, list_append(c.path, d.earlier_urn)
    from chain c join direct d on d.urn = c.earlier_urn
    where c.steps < 5 and not list_contains(c.path, d.earlier_urn)
)
select c.urn, c.earlier_urn, min(c.steps) as steps, min(d.established) as established, min(d.link_type) as link_type
from chain c left join direct d on d.urn = c.urn and d.earlier_urn = c.earlier_urn
group by c.urn, c.earlier_urn;
