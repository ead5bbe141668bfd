-- One row for each local authority: its code, name, region and geographic code.
create table core.authority as
with named as (
    select la_code, la_name, region, gss_code, 1 as trust from core.local_authority
    union all
    select la_code, la_name, region, la_gss_code, 2 from core.register_entry
    where la_code is not null and la_name is not null
), counted as (
    select la_code, la_name, region, gss_code, trust, count(*) as times from named group by all
)
select
    la_code,
    arg_max(la_name, times * trust order by la_name) as la_name,
    arg_max(region, times order by region) filter (region is not null) as region,
    arg_max(gss_code, times order by gss_code) filter (gss_code is not null) as gss_code
from counted group by la_code;
