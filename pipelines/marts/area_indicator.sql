-- Indicators of our wards, districts and community areas that are published for middle areas (MSOA): the newest three
-- years of each, as the mean of the MSOAs that an area touches, each weighted by its denominator and by how many of its
-- small areas lie there. An estimate, without an interval. Empty where no file has figures below the authority.
with latest as (
    select measure, year, "group", entity as msoa, value, n,
        dense_rank() over (partition by measure order by year desc) as place
    from core.observation where entity_kind = 'msoa' and status = 'reported'
), known as (
    -- A postcode says in which MSOA its small area lies; small areas of one MSOA share the beginning of their names.
    select distinct a.code, left(a.name, length(a.name) - 1) as stem, p.msoa11
    from mart.area a left join core.postcode p on p.lsoa11 = a.code
    where a.kind in ('lsoa11', 'lsoa21')
), stem as (
    select stem, mode(msoa11) as msoa from known where msoa11 is not null group by stem
), small as (
    select a.code, a.ward_code, a.ward, a.district_code, a.district, a.community_area_id, a.community_area, s.msoa
    from mart.area a join stem s on s.stem = left(a.name, length(a.name) - 1)
    where a.kind = 'lsoa21'
), part as (
    select 'ward' as kind, ward_code as code, ward as name, msoa from small
    union all
    select 'community_area', community_area_id, community_area, msoa from small
    union all
    select 'district', district_code, district, msoa from small
), inside as (
    select p.kind, p.code, p.name, p.msoa, count(*) / any_value(w.small_areas) as share
    from part p join (select msoa, count(*) as small_areas from small group by msoa) w using (msoa)
    where p.code is not null group by p.kind, p.code, p.name, p.msoa
)
select i.kind, i.code, i.name, l.measure, l.year::integer as year, l."group",
    sum((l.value * l.n * i.share)::decimal(38, 9))::double / sum((l.n * i.share)::decimal(38, 9))::double as value,
    sum((l.n * i.share)::decimal(38, 9))::double as n, count(*)::integer as middle_areas,
    'mean of the MSOAs it touches, by people counted and small areas inside' as how
from latest l join inside i using (msoa)
where l.place <= 3 and l.n > 0
group by i.kind, i.code, i.name, l.measure, l.year, l."group"
order by i.kind, i.code, l.measure, l.year, l."group"
