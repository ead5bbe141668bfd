-- Our schools, open and closed: every school of the register, whatever else is missing.
with built as (
    select la_code, built_at::date as today from core.build
), current_clusters as (
    select urn, string_agg(distinct cluster_name, ', ' order by cluster_name) as clusters
    from core.cluster_member, built
    where coalesce(from_date, today) <= today and coalesce(to_date, today) >= today
    group by urn
), counted as (
    -- with the results of predecessors: a school that became an academy is not silent
    select urn, count(*) filter (status = 'reported') as observations, max(year) filter (status = 'reported') as latest_year
    from mart.school_observation group by urn
), inspected as (
    select urn, max(date) as last_inspected from mart.inspection group by urn
), trusts as (
    select m.urn, string_agg(distinct g.name, ', ' order by g.name) as trust
    from core.school_group_member m join core.school_group g using (group_uid)
    where g.kind ilike '%academy trust%' and coalesce(g.status, 'Open') ilike 'open%' group by m.urn
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
    s.status, s.status_note, s.open_date, s.close_date, s.low_age, s.high_age, s.gender, s.religious_character, s.admissions_policy,
    s.capacity, s.pupils, s.postcode, s.town, coalesce(s.easting, p.easting) as easting,
    coalesce(s.northing, p.northing) as northing, s.ward,
    coalesce(s.lsoa_code, p.lsoa11) as lsoa11, l.lsoa21, s.urban_rural, coalesce(s.trust, t.trust) as trust, s.federation,
    c.clusters, s.in_register, s.register_date, coalesce(o.observations, 0) as observations, o.latest_year,
    i.last_inspected,
    case
        when s.status ilike 'closed%' then null
        when coalesce(o.observations, 0) = 0 and i.last_inspected is null then 'no published figure and no inspection at hand'
        when coalesce(o.observations, 0) = 0 then 'no published figure at hand'
        when o.latest_year < (select max(year) - 3 from mart.school_observation)
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
