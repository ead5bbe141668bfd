-- Gaps as they may be printed, shared or saved: mart.gap, where a gap with a hidden side, or pooled over a hidden year,
-- is hidden (mart.shared_result, mart.shared_total).
with hidden as (
    select 'school' as unit_kind, urn::varchar as unit, year, 'year' as span, measure, "group"
    from mart.shared_result where status = 'hidden'
    union all
    select unit_kind, unit, year, span, measure, "group" from mart.shared_total where status = 'hidden'
), year_of as (
    select g.unit_kind, g.unit, g.year, g.span, g.measure, g.contrast, g.focus_group, g.other_group,
        try_cast(unnest(string_split(coalesce(nullif(g.years, ''), g.year::varchar), ', ')) as integer) as one
    from mart.gap g
), with_hidden_side as (
    select distinct y.unit_kind, y.unit, y.year, y.span, y.measure, y.contrast, y.focus_group, y.other_group
    from year_of y
    join hidden h on h.unit_kind = y.unit_kind and h.unit = y.unit and h.measure = y.measure
        and h."group" in (y.focus_group, y.other_group)
        and (h.year = y.one and h.span = 'year' or h.year = y.year and h.span = y.span)
)
select g.* replace (
    case when w.unit is null then g.focus_value end as focus_value,
    case when w.unit is null then g.focus_n end as focus_n,
    case when w.unit is null then g.focus_count end as focus_count,
    case when w.unit is null then g.focus_lower end as focus_lower,
    case when w.unit is null then g.focus_upper end as focus_upper,
    case when w.unit is null then g.other_value end as other_value,
    case when w.unit is null then g.other_n end as other_n,
    case when w.unit is null then g.within_gap end as within_gap,
    case when w.unit is null then g.within_lower end as within_lower,
    case when w.unit is null then g.within_upper end as within_upper,
    case when w.unit is null then g.national_gap end as national_gap,
    case when w.unit is null then g.national_lower end as national_lower,
    case when w.unit is null then g.national_upper end as national_upper,
    case when w.unit is null then g.schools end as schools,
    case when w.unit is null then g.schools_without end as schools_without,
    case when w.unit is null then g.reason else 'hidden: one side of the gap is, or one of its years' end as reason
), case when w.unit is null then 'reported' else 'hidden' end as status
from mart.gap g
left join with_hidden_side w on w.unit_kind = g.unit_kind and w.unit = g.unit and w.year = g.year and w.span = g.span
    and w.measure = g.measure and w.contrast = g.contrast and w.focus_group = g.focus_group
    and w.other_group = g.other_group
