-- How deprived our areas are: each area in each edition of the indices (IMD 2010 to 2025, IDACI where it is at hand),
-- small areas as published, larger ones worked out from theirs. A score of a larger area is the mean of its small areas
-- weighted by people (IMD) or children (IDACI), or, where no file has those numbers, each counted once: `how` says which.
-- Ranks and deciles are never averaged; instead `most_deprived` counts the small areas in the three most deprived
-- deciles of England, and `people_most_deprived` who lives there. `in_need` is children in income-deprived families, the
-- rate times the children: an estimate about residents, not a count of pupils. `vintage` is the census whose areas an
-- edition stands on: editions on different ones are not to be compared, nor is rank with rank of another edition.
with published as (
    select entity as code, year, left(measure, position('_' in measure) - 1) as index,
        max(value) filter (measure like '%_score') as score, max(n) filter (measure like '%_score') as people,
        max(value) filter (measure like '%_rank') as rank, max(value) filter (measure like '%_decile') as decile
    from core.observation
    where entity_kind = 'lsoa' and measure in (
        'imd_score', 'imd_rank', 'imd_decile', 'idaci_score', 'idaci_rank', 'idaci_decile'
    ) and entity in (select code from mart.area where kind like 'lsoa%')
    group by all
), edition as (
    select * from (values (2010, 'lsoa01'), (2015, 'lsoa11'), (2019, 'lsoa11'), (2025, 'lsoa21')) as e(year, vintage)
), small as (
    select a.*, p.year::integer as edition, p.index, e.vintage, p.score, p.rank, p.decile, p.people
    from published p join edition e using (year) join mart.area a on a.kind = e.vintage and a.code = p.code
), authority as (
    select b.la_code, coalesce(a.la_name, b.la_code) as la_name from core.build b left join core.authority a using (la_code)
), larger as (
    select 'ward' as kind, ward_code as code, ward as name, small.* exclude (kind, code, name) from small
    union all
    select 'community_area', community_area_id, community_area, small.* exclude (kind, code, name) from small
    union all
    select 'district', district_code, district, small.* exclude (kind, code, name) from small
    union all
    select 'authority', la_code, la_name, small.* exclude (kind, code, name) from small, authority
), gathered as (
    select kind, code, name, edition, vintage, index,
        case
            when count(score) < count(*) then null
            when count(people) = count(*) and sum(people) > 0
                then sum((score * people)::decimal(38, 12))::double / sum(people::decimal(38, 0))::double
            else avg(score::decimal(38, 12))::double
        end as score,
        case when count(people) = count(*) then sum(people::decimal(38, 0))::double end as people,
        case when index = 'idaci' and count(people) = count(*) and count(score) = count(*)
            then sum((score * people)::decimal(38, 12))::double end as in_need,
        count(*)::integer as small_areas,
        count(*) filter (decile <= 3)::integer as most_deprived,
        case when count(people) = count(*)
            then coalesce(sum(people::decimal(38, 0)) filter (decile <= 3), 0)::double end as people_most_deprived,
        case when index = 'idaci' and count(people) = count(*) and count(score) = count(*)
            then coalesce(sum((score * people)::decimal(38, 12)) filter (decile <= 3), 0)::double
        end as in_need_most_deprived,
        case
            when count(score) < count(*) then 'no mean: the file has ranks and deciles only'
            when count(people) = count(*) and index = 'idaci' then 'mean of small areas weighted by children aged 0 to 15'
            when count(people) = count(*) then 'mean of small areas weighted by people'
            else 'mean of small areas, each counted once: no file has the number of people'
        end as how
    from larger where code is not null
    group by kind, code, name, edition, vintage, index
)
select kind, code, name, edition, vintage, index, score, null::integer as rank, null::integer as decile, people, in_need,
    small_areas, most_deprived, people_most_deprived, in_need_most_deprived, how
from gathered
union all
select kind, code, name, edition, vintage, index, score, rank::integer, decile::integer, people,
    case when index = 'idaci' then score * people end, 1, (decile <= 3)::integer,
    case when decile <= 3 then people else 0 end,
    case when index = 'idaci' then case when decile <= 3 then score * people else 0 end end, 'published'
from small
order by index, edition, kind, code
