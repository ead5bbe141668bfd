-- Every school and area that a fact is about, with its kind and its published code.
create table core.entity as
with seen as (
    select distinct entity from core.fact
), decoded as (
    select
        entity,
        case
            when entity < 1000000 then 'school'
            when entity between 10000000 and 10999999 then 'la'
            when entity between 12000000 and 12000001 then 'country'
            when entity between 13000000 and 13999999 then 'statistical_neighbours'
            when entity >= 2000000000 then 'local'
            when entity // 1000000 in (1001, 1101) then 'lsoa'
            when entity // 1000000 in (1002, 1102) then 'msoa'
            when entity // 1000000 in (1005, 1105) then 'ward'
            when entity // 1000000 in (1012, 1013) then 'region'
            when entity // 1000000 = 1092 then 'country'
            else 'la'
        end as entity_kind,
        case
            when entity < 1000000 then entity::varchar
            when entity between 10000000 and 10999999 then lpad((entity - 10000000)::varchar, 3, '0')
            when entity = 12000000 then 'england'
            when entity = 12000001 then 'england_state_funded'
            when entity between 13000000 and 13999999 then lpad((entity - 13000000)::varchar, 3, '0')
            when entity >= 1100000000 and entity < 2000000000 then 'W' || lpad((entity - 1100000000)::varchar, 8, '0')
            when entity >= 1000000000 and entity < 2000000000 then 'E' || lpad((entity - 1000000000)::varchar, 8, '0')
            else entity::varchar
        end as published_code
    from seen
)
select
    d.entity as entity_code,
    d.entity_kind,
    coalesce(l.la_code, d.published_code) as entity
from decoded d
left join (
    select gss_code, min(la_code) as la_code from core.authority where gss_code is not null group by gss_code
) l on d.entity_kind = 'la' and l.gss_code = d.published_code;
