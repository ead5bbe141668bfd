-- The same fact said by several files: the fullest file's word stays, the others are kept here with theirs.
create table core.superseded as
with crowded as (
    select source, year, release from core.file where status = 'ingested'
    group by all having count(*) > 1
), candidates as (
    select file from core.file join crowded using (source, year, release)
    union
    select file from core.file where year is null and status = 'ingested'
), ranked as (
    select
        f.rowid as fact_row, f.file, f."row", f.entity, f.year, f.measure, f."group", f.value, f.symbol,
        row_number() over same as place,
        first_value(f.file) over same as kept_file,
        first_value(f."row") over same as kept_row,
        first_value(f.value) over same as kept_value
    from core.fact f
    join core.file c on c.file = f.file
    where f.file in (select file from candidates)
    window same as (
        partition by c.source, c.release, f.entity, f.year, f.measure, f."group"
        order by
            case when f.symbol in (select symbol from core.symbol where status = 'blank') then 1 else 0 end,
            c.layout_rank desc, f.symbol, c.sha256, f."row"
    )
)
select * exclude (place) from ranked where place > 1;

delete from core.fact where rowid in (select fact_row from core.superseded);
alter table core.superseded drop column fact_row;
