-- What is published about authorities: every indicator, year and authority at hand, our region and England, and the
-- mean of our statistical neighbours; a value or the reason there is none. Indicators that publishers' dictionaries
-- declare, and measures of the catalogue that are published for at least eight authorities.
-- `neighbour` is the place on our list of statistical neighbours. Their mean is plain, of those with a value
-- (`authorities` says how many), and given where at least half of them have one. `is_total` marks England's or a
-- region's row where it counts everybody there: it then lies above every single authority, and compares with none.
with built as (
    select b.la_code, a.region from core.build b left join core.authority a using (la_code)
), newest_list as (
    select n.neighbour_la_code as la_code, min(n.position) as place
    from core.statistical_neighbour n join built using (la_code)
    where n.file = (
        select n.file from core.statistical_neighbour n join built using (la_code) join core.file c using (file)
        order by c.year desc, c.sha256 limit 1)
    group by n.neighbour_la_code
), place as (
    select entity_code, 'authority' as kind, entity as area
    from core.entity where entity_kind = 'la' and regexp_matches(entity, '^[2-9]\d\d$')
    union all
    select entity_code, 'region', entity from core.entity
    where entity_kind = 'region' and entity = (
        select max(code) from core.region_code where region = (select region from built))
    union all
    select entity_code, 'england', 'England' from core.entity where entity_kind = 'country'
), one as (
    select p.kind, p.area, f.year, f.measure, f."group", f.value, s.status, f.n, f.lower, f.upper, c.release, f.file, f."row"
    from core.fact f
    join place p on p.entity_code = f.entity
    join core.symbol s using (symbol)
    join core.file c on c.file = f.file
    qualify row_number() over (
        partition by p.kind, p.area, f.year, f.measure, f."group"
        order by (s.status = 'reported') desc, c.release_order, f.entity desc, c.sha256, f."row"
    ) = 1
), indicator as (
    -- ours must have a row: what is published of others only compares with nothing
    select o.measure, o."group"
    from one o left join core.indicator_code i on i.measure_code = o.measure
    where o.kind = 'authority'
    group by o.measure, o."group"
    having bool_or(o.area = (select la_code from built))
        and (bool_or(i.measure_code is not null) or count(distinct o.area) filter (o.value is not null) >= 8)
), held as (
    select o.* from one o join indicator using (measure, "group")
), spread as (
    select measure, "group", year, max(value) as most, count(value) as valued
    from held where kind = 'authority' group by all
), ours_and_theirs as (
    select
        h.kind, h.area,
        case h.kind when 'authority' then a.la_name when 'region' then (select region from built) else 'England' end as area_name,
        h.kind = 'authority' and h.area = (select la_code from built) as is_ours,
        case when h.kind = 'authority' then l.place end as neighbour,
        h.kind <> 'authority' and s.valued >= 8 and h.value > 1.05 * s.most as is_total,
        h.year, h.measure, h."group", h.value, h.status, h.n, h.lower, h.upper, null::bigint as authorities,
        h.release, h.file, h."row"
    from held h
    left join core.authority a on h.kind = 'authority' and a.la_code = h.area
    left join newest_list l on h.kind = 'authority' and l.la_code = h.area
    left join spread s using (measure, "group", year)
), neighbours as (
    select
        'neighbours' as kind, (select la_code from built) as area, 'Statistical neighbours' as area_name, false as is_ours,
        null::integer as neighbour, false as is_total, year, measure, "group",
        -- a sum of decimals is the same in any order, a sum of doubles is not
        case when count(value) * 2 >= (select count(*) from newest_list)
            then sum(value::decimal(38, 8))::double / count(value) end as value,
        case when count(value) * 2 >= (select count(*) from newest_list) then 'reported' else 'not_available' end as status,
        null::double as n, null::double as lower, null::double as upper, count(value) as authorities,
        null::varchar as release, null::usmallint as file, null::uinteger as "row"
    from ours_and_theirs
    where neighbour is not null and not is_ours
    group by year, measure, "group"
)
select
    coalesce(mc.measure, i.measure) as measure, g."group", w.year::integer as year, w.kind, w.area, w.area_name, w.is_ours,
    w.neighbour::integer as neighbour, w.is_total, w.value, w.status, w.n, w.lower, w.upper, w.authorities, w.release,
    w.file::integer as file_id, w."row"::integer as "row"
from (select * from ours_and_theirs union all by name select * from neighbours) w
join core.group_code g on g.group_code = w."group"
left join core.measure_code mc on mc.measure_code = w.measure
left join core.indicator_code i on i.measure_code = w.measure
order by measure, "group", year, w.kind, w.area
