-- What every number means: the catalogue, and measures that publishers' own dictionaries declare.
select
    measure, label, topic, definition, unit, unit_key, polarity, axis_low, axis_high, minimum_cohort, first_year, last_year,
    source, verified, array_to_string(phases, ', ') as phase, phases, headline, position, true as in_catalogue,
    null::integer as decimals
from core.measure
union all by name
select
    measure, label, coalesce(topic, case when c.source like 'public_health%' then 'Public health' else 'Indicators of the authority' end) as topic, definition, unit, 'number' as unit_key,
    coalesce(polarity, 'neither is better') as polarity, c.source, true as verified, false as headline,
    100000 + measure_code as position, false as in_catalogue, decimals, period, method, supplier, link, updated,
    next_update, has_quartile
from core.indicator_code join core.file c using (file)
order by position
