-- Why a measure has nothing in a year, and where its series breaks.
with seen as (
    select m.measure, f.year, bool_or(f.symbol = 0) as has_values
    from core.fact f join core.measure_code m on m.measure_code = f.measure
    group by all
), span as (
    select min(year) as first_year, max(year) as last_year from core.fact where entity < 1000000
), years as (
    select m.measure, y.year, m.source
    from core.measure m, span, generate_series(span.first_year::int, span.last_year::int) as y(year)
    where y.year >= m.first_year and (m.last_year is null or y.year <= m.last_year)
), newest as (
    select m.measure, max(s.year) as year from core.measure m join seen s using (measure) group by all
)
select
    y.measure, y.year::integer as year,
    case
        when s.has_values then 'published'
        when n.state in ('no tests', 'not published', 'not comparable') then n.state
        when y.year >= (select year(built_at) from core.build) and (y.year > newest.year or newest.year is null)
            then 'not yet released'
        else 'not at hand'
    end as state,
    coalesce(n.note, case when s.has_values then null else 'No file of this year is in the raw folder.' end) as note,
    coalesce(n.state = 'break', false) as is_break
from years y
left join seen s on s.measure = y.measure and s.year = y.year
left join core.measure_note n on n.measure = y.measure and n.year = y.year
left join newest on newest.measure = y.measure
qualify row_number() over (
    partition by y.measure, y.year order by case n.state when 'break' then 1 when 'caution' then 2 else 0 end, n.note
) = 1
order by y.measure, y.year
