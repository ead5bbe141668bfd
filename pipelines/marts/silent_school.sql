-- What is not known about our open schools, one row for each school and reason: no usable measure, only old results,
-- always suppressed, missing in a feed, no inspection (for long), no cluster or community area, new without history.
with built as (
    select la_code, built_at::date as today from core.build
), ours as (
    select s.*, c.is_independent from mart.school s join core.school c using (urn)
    where s.status ilike 'open%'
), inspections_at as (
    select coalesce(max(f.edition_date), any_value(b.today)) as day
    from built b left join core.file f on f.source in (
        'inspections', 'inspections_schools', 'inspections_management_information') and f.status = 'ingested'
), headline as (
    select measure, label, source, phases from core.measure
    where headline and source in ('key_stage_2', 'key_stage_4', 'absence')
), result as (
    select o.urn, o.measure, h.label, h.source, o.year, o."group", o.status
    from mart.school_observation o join headline h using (measure)
), last_result as (
    select urn, max(year) filter (status = 'reported' and "group" = 'all') as year,
        count(*) filter (status = 'suppressed') as hidden, count(*) filter (status = 'no_row') as without_row
    from result group by urn
), newest as (
    select max(year) as year from result where status = 'reported'
), hidden as (
    -- a measure that the school has had for at least two years and never saw
    select urn, "group", string_agg(label, '; ' order by label) as labels, min(first_year) as first_year,
        max(years) as years
    from (
        select urn, "group", label, min(year) as first_year, count(distinct year) as years
        from result where "group" in ('all', 'disadvantaged') and source <> 'absence'
        group by urn, "group", label
        having count(*) filter (status = 'reported') = 0 and count(*) filter (status = 'suppressed') >= 2
    )
    group by urn, "group"
), feed as (
    -- the newest year of each publication that covers every school of its ages (finance covers maintained schools only)
    select m.source, o.urn, max(o.year) as year, bool_and(o.status = 'no_row') as is_missing
    from mart.school_observation o
    join core.measure m using (measure)
    join ours u using (urn)
    join (
        select m.source, max(o.year) as year from mart.school_observation o join core.measure m using (measure)
        where o.status = 'reported' and m.source in ('key_stage_2', 'key_stage_4', 'absence', 'census') group by m.source
    ) n on n.source = m.source and n.year = o.year
    where not u.is_independent and case m.source
        when 'key_stage_2' then coalesce(u.high_age, 11) >= 11 and coalesce(u.low_age, 10) < 11
        when 'key_stage_4' then coalesce(u.high_age, 16) >= 16
        else true end
    group by m.source, o.urn
), missing as (
    select f.urn, count(*) over (partition by f.urn) as feeds, f.source, f.year
    from feed f
    where f.is_missing
), present as (
    select urn, count(*) as feeds from feed where not is_missing group by urn
), title as (
    select source, any_value(coalesce(nullif(short_title, ''), source_title)) as title from core.file group by source
)
select o.urn, 'no_usable_measure' as reason_kind, 'key stage results and absence' as what, null::integer as since,
    'no headline figure of any year: ' || coalesce(r.hidden, 0) || ' hidden, ' || coalesce(r.without_row, 0)
        || ' without a row in a file that should have one' as detail
from ours o left join last_result r using (urn)
where r.year is null
union all
select o.urn, 'only_old_results', 'key stage results and absence', r.year,
    'newest headline figure is of ' || r.year || ', the newest at hand of ' || n.year
from ours o join last_result r using (urn), newest n
where r.year < n.year - 3
union all
select o.urn, case when h."group" = 'all' then 'always_suppressed' else 'disadvantaged_always_suppressed' end, h.labels,
    h.first_year, 'hidden or without a figure in each of ' || h.years || ' years'
from ours o join hidden h using (urn)
union all
select o.urn, case when m.feeds = 1 then 'missing_in_one_feed' else 'missing_in_several_feeds' end,
    coalesce(t.title, m.source), m.year,
    'no row of ' || m.year || ' in a file that should have one; there is one in ' || coalesce(p.feeds, 0)
        || ' other publications'
from ours o join missing m using (urn) left join present p using (urn) left join title t on t.source = m.source
union all
-- six years: what the National Audit Office counted in 2018 as uninspected for long (RISK.md 1 (a))
select o.urn, case when o.last_inspected is null then 'no_inspection' else 'no_inspection_for_long' end, 'inspections',
    year(o.last_inspected)::integer,
    case when o.last_inspected is null then 'no inspection at hand up to ' || i.day
        else 'last inspected on ' || o.last_inspected || ', more than six years before ' || i.day end
from ours o, inspections_at i
where (o.last_inspected is null and (o.open_date is null or o.open_date < i.day)) or o.last_inspected < i.day - interval 6 year
union all
select o.urn, 'no_cluster', 'clusters', null, 'in none of the authority''s clusters today'
from ours o
where o.clusters is null and not o.is_independent and exists (select 1 from mart.cluster_member)
union all
select o.urn, 'no_community_area', 'community areas', null,
    case when coalesce(o.lsoa21, o.lsoa11) is null then 'where the school stands is not known'
        else 'its small area is in none of the community areas' end
from ours o
where exists (select 1 from core.community_area)
  and not exists (select 1 from core.community_area c where c.lsoa21_code = coalesce(o.lsoa21, o.lsoa11))
union all
select o.urn, 'new_without_history', 'earlier schools', year(o.open_date)::integer,
    'opened on ' || o.open_date || ' and linked to no school before it'
from ours o, built b
where o.open_date > b.today - interval 3 year
  and not exists (select 1 from core.succession c where c.urn = o.urn)
order by urn, reason_kind, what
