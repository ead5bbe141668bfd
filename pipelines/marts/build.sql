-- About this build: one row.
select
    b.version, b.built_at, b.la_code,
    coalesce(b.declared_name, a.la_name, 'Authority ' || b.la_code) as la_name,
    a.region as region_name,
    b.is_sample, b.notice, b.code_version,
    (select max(published) from core.file where status = 'ingested') as latest_data,
    (select count(*) from core.fact) as observations,
    (select count(*) from core.reject) as rejects
from core.build b left join core.authority a using (la_code)
