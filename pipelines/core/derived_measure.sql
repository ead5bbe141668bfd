-- Measures that the catalogue derives from others of the same row: the value where both are values, else the
-- reason why one of them is none.
insert into core.fact (file, "row", entity, year, measure, "group", value, symbol)
select
    b.file, b."row", b.entity, b.year, d.measure_code, b."group",
    case when b.symbol = 0 and i.symbol = 0 and i.value > 0 then b.value / i.value * 100 end,
    case
        when b.symbol <> 0 then b.symbol
        when i.symbol <> 0 then i.symbol
        when i.value > 0 then 0
        else (select min(symbol) from core.symbol where status = 'not_applicable')
    end
from core.fact b
join core.measure_code bm on bm.measure_code = b.measure and bm.measure = 'balance'
join core.fact i on i.file = b.file and i."row" = b."row" and i.entity = b.entity and i.year = b.year and i."group" = b."group"
join core.measure_code im on im.measure_code = i.measure and im.measure = 'income'
join core.measure_code d on d.measure = 'balance_share_of_income';
