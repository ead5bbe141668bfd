-- What to compare a school with: the authority's schools of its phase, the authority, its region, its statistical
-- neighbours and England; the published figure where there is one, else the mean of the schools in the files.
with built as (
    select b.la_code, a.region from core.build b left join core.authority a using (la_code)
), kind_of_measure as (
    select mc.measure_code as measure, m.unit_key not in ('pupils', 'pounds') as is_weighable, m.by_phase
    from core.measure m join core.measure_code mc using (measure)
), counted_school as (
    select s.urn as entity, s.la_code, s.region, s.phase::varchar as phase
    from core.school s where s.is_state_funded
), by_authority as (
    select s.la_code, s.region, s.phase, f.year, f.measure, f."group", any_value(b.release) as release,
        -- sums of decimals are the same in any order, sums of doubles are not
        count(*) as schools, count(*) filter (f.n > 0) as schools_with_n, sum(f.value::decimal(38, 12)) as total,
        sum(f.n::decimal(38, 12)) filter (f.n > 0) as n, sum((f.value * f.n)::decimal(38, 12)) filter (f.n > 0) as weighted
    from core.fact f
    join core.best_file b on b.file = f.file and b.measure = f.measure and b.year = f.year
    join counted_school s on s.entity = f.entity
    where f.symbol = 0
    group by s.la_code, s.region, s.phase, f.year, f.measure, f."group"
), levels as (
    select 'same phase in authority' as kind, la_code as area, phase as of_phase, by_authority.*
    from by_authority where la_code = (select la_code from built)
    union all
    select 'authority', la_code, case when by_phase then phase end, by_authority.*
    from by_authority join kind_of_measure using (measure) where la_code = (select la_code from built)
    union all
    select 'region', region, case when by_phase then phase end, by_authority.*
    from by_authority join kind_of_measure using (measure) where region = (select region from built)
    union all
    select 'england', 'England', case when by_phase then phase end, by_authority.*
    from by_authority join kind_of_measure using (measure)
), counted as (
    select l.kind, l.area, l.of_phase as phase, l.year, l.measure, l."group", any_value(l.release) as release,
        any_value(k.is_weighable) as is_weighable,
        sum(l.schools) as schools, sum(l.schools_with_n) as schools_with_n, count(distinct l.la_code) as authorities,
        sum(l.n)::double as n, sum(l.weighted)::double / sum(l.n)::double as weighted,
        sum(l.total)::double / sum(l.schools) as plain
    from levels l join kind_of_measure k using (measure)
    group by l.kind, l.area, l.of_phase, l.year, l.measure, l."group"
), means as (
    -- Weighted by pupils where at least half of the schools have a number of pupils (the others are mostly special
    -- schools without one). A region or England needs most of its authorities: an excerpt is not a region.
    select kind, area, phase, year, measure, "group", release,
        case when is_weighable and schools_with_n * 2 >= schools then weighted else plain end as value,
        case when is_weighable and schools_with_n * 2 >= schools then schools_with_n else schools end as schools,
        case when is_weighable and schools_with_n * 2 >= schools then n end as n,
        case when is_weighable and schools_with_n * 2 >= schools then 'mean of schools weighted by pupils'
            else 'mean of schools' end as how
    from counted
    where kind in ('authority', 'same phase in authority')
       or (kind = 'region' and authorities * 3 >= 2 * (
            select count(*) from core.authority where region = (select region from built)))
       or (kind = 'england' and authorities >= 100)
), published as (
    select
        case e.entity_kind when 'la' then 'authority' when 'region' then 'region'
            when 'statistical_neighbours' then 'statistical neighbours' else 'england' end as kind,
        e.entity as area,
        case g."group" when 'in_primary_schools' then 'primary' when 'in_secondary_schools' then 'secondary'
            when 'in_special_schools' then 'special' end as phase,
        f.year, f.measure, case when g."group" like 'in_%_schools' then 0 else f."group" end as "group",
        f.value, s.status, f.n, f.file, f."row", e.entity as code, c.release, c.release_order, c.sha256
    from core.fact f
    join core.entity e on e.entity_code = f.entity
    join core.symbol s using (symbol)
    join core.group_code g on g.group_code = f."group"
    join core.file c on c.file = f.file
    where not exists (
        -- the total of an area is no figure to hold a school against
        select 1 from kind_of_measure k where k.measure = f.measure and not k.is_weighable)
      and ((e.entity_kind = 'la' and e.entity = (select la_code from built))
       or (e.entity_kind = 'statistical_neighbours' and e.entity = (select la_code from built))
       or e.entity_kind = 'country'
       or (e.entity_kind = 'region' and e.entity = (
            select max(code) from core.region_code where region = (select region from built))))
), one_published as (
    select * from published
    qualify row_number() over (
        partition by kind, phase, year, measure, "group"
        order by (status = 'reported') desc, code = 'england_state_funded' desc,
            release_order, n is null, sha256, "row"
    ) = 1
), both_ways as (
    select kind, area, phase, year, measure, "group", value, status, null::bigint as schools, n, 'published' as how, release, file, "row"
    from one_published
    union all
    select m.kind, m.area, m.phase, m.year, m.measure, m."group", m.value, 'reported', m.schools, m.n, m.how, m.release, null, null
    from means m
    where not exists (
        select 1 from one_published p
        where p.kind = m.kind and p.phase is not distinct from m.phase and p.year = m.year and p.measure = m.measure
          and p."group" = m."group" and p.status = 'reported'
    )
)
select
    w.kind, w.area, w.phase, w.year::integer as year, coalesce(mc.measure, i.measure) as measure, g."group", w.value, w.status,
    w.schools, w.n, w.how, w.release, w.file::integer as file_id, w."row"::integer as "row"
from both_ways w
join core.group_code g on g.group_code = w."group"
left join core.measure_code mc on mc.measure_code = w.measure
left join core.indicator_code i on i.measure_code = w.measure
qualify row_number() over (
    partition by w.kind, w.phase, w.year, w.measure, w."group" order by (w.status = 'reported') desc, w.how
) = 1
order by measure, "group", kind, phase, year
