-- DfE's disadvantage gap index where a file at hand prints it: ten times Somers' D of all pupils of the nation, between
-- -10 and 10, 0 is no gap. National only: it needs every pupil's rank, so no index of an authority or a cluster is here.
select
    e.entity_kind as unit_kind, e.entity as unit, f.year::integer as year, i.measure, i.label, f.value, s.status, f.n,
    f.file::integer as file_id, f."row"::integer as "row"
from core.fact f
join core.indicator_code i on i.measure_code = f.measure
join core.entity e on e.entity_code = f.entity
join core.symbol s on s.symbol = f.symbol
where i.label ilike '%gap index%'
order by all
