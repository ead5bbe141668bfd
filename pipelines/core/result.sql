-- Every result of every school in England, in words, from the best release of each measure and year: what rules,
-- statistics and comparisons are made from.
create view core.result as
select
    f.entity as urn, f.year::integer as year, m.measure, g."group", f.value, s.status, f.n, f.lower, f.upper,
    b.release, f.file::integer as file_id, f."row"::integer as "row"
from core.fact f
join core.best_file b on b.file = f.file and b.measure = f.measure and b.year = f.year
join core.measure_code m on m.measure_code = f.measure
join core.group_code g on g.group_code = f."group"
join core.symbol s on s.symbol = f.symbol
where f.entity < 1000000;
