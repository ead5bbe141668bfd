-- The same fact said by several files: the fullest file's word stays, the others are kept here with theirs.
create table core.superseded as
with issue as (
    -- files of one publication and release about the same years; only they can say the same
    select file, dense_rank() over (order by source, release) as issue, layout_rank, sha256
    from core.file s
    where exists (
        select 1 from core.file o
        where o.file <> s.file and o.source = s.source and o.release = s.release
          and o.first_year <= s.last_year and o.last_year >= s.first_year
    )
), shared as (
    select issue, entity, year
    from (select distinct file, entity, year from core.fact where file in (select file from issue)) join issue using (file)
    group by all having count(*) > 1
), candidates as (
    select f.rowid as fact_row, f.*, i.issue, i.layout_rank, i.sha256
    from core.fact f
    join issue i on i.file = f.file
    join shared s on s.issue = i.issue and s.entity = f.entity and s.year = f.year
), ranked as (
    select
        fact_row, file, "row", entity, year, measure, "group", value, symbol,
        row_number() over same as place,
        first_value(file) over same as kept_file,
        first_value("row") over same as kept_row,
        first_value(value) over same as kept_value
    from candidates
    window same as (
        partition by issue, entity, year, measure, "group"
        order by
            case when symbol in (select symbol from core.symbol where status = 'blank') then 1 else 0 end,
            layout_rank desc, symbol, sha256, "row"
    )
)
select * exclude (place) from ranked where place > 1;

delete from core.fact where rowid in (select fact_row from core.superseded);
alter table core.superseded drop column fact_row;
