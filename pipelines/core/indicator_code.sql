-- Measures that a publisher's own dictionary declares, one row each: the newest dictionary's word.
create table core.indicator_code as
select i.* exclude (file, "row"), i.file, i."row" from core.indicator i join core.file f using (file)
qualify row_number() over (
    partition by i.measure_code
    order by (i.definition is not null) desc, f.edition_date desc nulls last, f.sha256, i."row"
) = 1;
