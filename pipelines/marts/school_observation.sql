-- Everything published about our schools, by measure, group and year, with their predecessors' results joined
-- and marked. A school that has no row in a file which covers it has the reason `no_row`.
with built as (
    select la_code from core.build
), ours as (
    select s.* from core.school s join built using (la_code)
), whose as (
    select urn, urn as observed_urn, 'own' as via, 0 as steps from ours
    union all
    select c.urn, c.earlier_urn, 'predecessor', c.steps from core.succession c join ours using (urn)
), facts as (
    select w.urn, w.observed_urn, w.via, w.steps, f.year, f.measure, f."group", f.value, f.symbol, f.n, f.lower, f.upper,
        c.edition, c.release, c.release_order, f.file, f."row", s.status
    from whose w
    join core.fact f on f.entity = w.observed_urn
    join core.file c on c.file = f.file
    join core.symbol s on s.symbol = f.symbol
), unambiguous as (
    select *
    from facts
    qualify via = 'own' or count(distinct observed_urn) filter (via = 'predecessor' and status = 'reported')
        over (partition by urn, year, measure, "group") <= 1
), best as (
    select * from unambiguous
    qualify row_number() over (
        partition by urn, year, measure, "group"
        order by (status = 'reported') desc, via, release_order, steps, file, "row"
    ) = 1
), covered as (
    -- A measure, year and file count as covering our schools when at least a fifth of those open then are in it.
    select f.measure, f.year, c.edition, c.release, min(f.file) as file, count(distinct f.entity) as schools
    from core.fact f join ours o on o.urn = f.entity join core.file c on c.file = f.file
    where f."group" = 0
    group by all
), absent as (
    select o.urn, o.urn as observed_urn, 'own' as via, v.year, v.measure, 0 as "group", v.edition, v.release, v.file
    from covered v
    join core.measure_code mc on mc.measure_code = v.measure
    join core.measure m on m.measure = mc.measure
    join ours o on list_contains(m.phases, o.phase::varchar)
    where v.schools >= 5
      and coalesce(year(o.open_date), 0) < v.year
      and coalesce(year(o.close_date), 9999) > v.year
      and o.status not ilike 'proposed%'
      and (o.status not ilike 'closed%' or o.close_date is not null)
      and not exists (
        select 1 from best b where b.urn = o.urn and b.year = v.year and b.measure = v.measure and b."group" = 0
      )
    qualify row_number() over (partition by o.urn, v.year, v.measure order by v.release, v.file) = 1
)
select
    b.urn, b.observed_urn, b.via, b.year::integer as year, coalesce(m.measure, i.measure) as measure, g."group",
    b.value, b.status, b.n, b.lower, b.upper, b.edition, b.release, b.file::integer as file_id, b."row"::integer as "row"
from best b
join core.group_code g on g.group_code = b."group"
left join core.measure_code m on m.measure_code = b.measure
left join core.indicator_code i on i.measure_code = b.measure
union all
select
    a.urn, a.observed_urn, a.via, a.year::integer, m.measure, 'all', null, 'no_row', null, null, null, a.edition, a.release,
    a.file::integer, null
from absent a join core.measure_code m on m.measure_code = a.measure
order by urn, measure, "group", year
