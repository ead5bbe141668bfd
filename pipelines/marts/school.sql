-- Our schools, open and closed: every school of the register, whatever else is missing.
with built as (
    select la_code, built_at::date as today from core.build
), current_clusters as (
    select urn, string_agg(distinct cluster_name, ', ' order by cluster_name) as clusters
    from core.cluster_member, built
    where coalesce(from_date, today) <= today and coalesce(to_date, today) >= today
    group by urn
), counted as (
    select entity as urn, count(*) filter (symbol = 0) as observations,
        max(year) filter (symbol = 0) as latest_year
    from core.fact where entity < 1000000 group by entity
), inspected as (
    select observed_urn as urn, max(date) as last_inspected from core.inspection group by observed_urn
), trusts as (
    select m.urn, string_agg(distinct g.name, ', ' order by g.name) as trust
    from core.school_group_member m join core.school_group g using (group_uid)
    where g.kind ilike '%trust%' and coalesce(g.status, 'Open') ilike 'open%' group by m.urn
), lookup as (
    select from_code as lsoa11, min(to_code) as lsoa21 from core.area_lookup
    where from_kind = 'lsoa11' and to_kind = 'lsoa21' group by from_code
), placed as (
    select postcode, min(lsoa11) as lsoa11, min(easting) as easting, min(northing) as northing
    from core.postcode group by postcode
)
select
    s.urn, s.la_code, s.laestab, s.name, s.phase::varchar as phase, s.type, s.type_group,
    coalesce(s.type_group ilike '%academ%' or s.type_group ilike '%free school%' or s.type ilike '%academy%', false)
        as is_academy,
    s.status, s.open_date, s.close_date, s.low_age, s.high_age, s.gender, s.religious_character, s.admissions_policy,
    s.capacity, s.pupils, s.postcode, s.town, coalesce(s.easting, p.easting) as easting,
    coalesce(s.northing, p.northing) as northing, s.ward,
    coalesce(s.lsoa_code, p.lsoa11) as lsoa11, l.lsoa21, s.urban_rural, coalesce(s.trust, t.trust) as trust, s.federation,
    c.clusters, s.in_register, s.register_date, coalesce(o.observations, 0) as observations, o.latest_year,
    i.last_inspected,
    case
        when s.status ilike 'closed%' then null
        when o.observations is null and i.last_inspected is null then 'no published figure and no inspection at hand'
        when o.observations is null then 'no published figure at hand'
        when o.latest_year < (select max(year) - 3 from core.fact where entity < 1000000)
            then 'no published figure since ' || o.latest_year
        when i.last_inspected is null then 'no inspection at hand'
    end as why_silent
from core.school s
join built b on b.la_code = s.la_code
left join current_clusters c using (urn)
left join counted o using (urn)
left join inspected i using (urn)
left join trusts t using (urn)
left join placed p on p.postcode = s.postcode
left join lookup l on l.lsoa11 = coalesce(s.lsoa_code, p.lsoa11)
order by s.name, s.urn
