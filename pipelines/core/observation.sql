-- The facts in words: every observation with its value or the reason it has none, and where it was printed.
create view core.observation as
select
    e.entity_kind,
    e.entity,
    f.year,
    c.edition,
    c.release,
    coalesce(m.measure, i.measure) as measure,
    g."group",
    f.value,
    s.status,
    f.n,
    f.lower,
    f.upper,
    s.printed,
    c.source,
    f.file,
    f."row"
from core.fact f
join core.entity e on e.entity_code = f.entity
join core.file c on c.file = f.file
join core.group_code g on g.group_code = f."group"
join core.symbol s on s.symbol = f.symbol
left join core.measure_code m on m.measure_code = f.measure
left join core.indicator_code i on i.measure_code = f.measure;
