-- Estimates as they may be printed, shared or saved: mart.estimate, where an estimate that rests on a hidden figure, of
-- its own or an earlier year, is hidden with everything worked out from it (mart.shared_result).
with hidden as (
    select urn, year, measure, "group" from mart.shared_result where status = 'hidden'
), year_of as (
    select urn, year, measure, "group", unnest(list_distinct(list_append(
        list_transform(string_split(coalesce(nullif(years, ''), year::varchar), ', '), lambda y: try_cast(y as integer)),
        year))) as one
    from mart.estimate
), resting as (
    select distinct y.urn, y.year, y.measure, y."group"
    from year_of y join hidden h on h.urn = y.urn and h.year = y.one and h.measure = y.measure and h."group" = y."group"
)
select e.* replace (
    case when r.urn is null then e.value end as value,
    case when r.urn is null then e.n end as n,
    case when r.urn is null then e.cohort_from end as cohort_from,
    case when r.urn is null then e.years end as years,
    case when r.urn is null then e.pooled_value end as pooled_value,
    case when r.urn is null then e.pooled_n end as pooled_n,
    case when r.urn is null then e.mean end as mean,
    case when r.urn is null then e.deviation end as deviation,
    case when r.urn is null then e.lower_90 end as lower_90,
    case when r.urn is null then e.upper_90 end as upper_90,
    case when r.urn is null then e.lower_95 end as lower_95,
    case when r.urn is null then e.upper_95 end as upper_95,
    case when r.urn is null then e.effective_n end as effective_n,
    case when r.urn is null then e.reliability end as reliability,
    case when r.urn is null then e.probability_below_england end as probability_below_england,
    case when r.urn is null then e.each_pupil end as each_pupil,
    case when r.urn is null then e.pupils_short end as pupils_short,
    case when r.urn is null then e.verdict end as verdict,
    case when r.urn is null then e.reason else 'hidden: small number of pupils, in this year or one before' end as reason
)
from mart.estimate e
join core.school s on s.urn = e.urn and s.la_code = (select la_code from core.build)
left join resting r on r.urn = e.urn and r.year = e.year and r.measure = e.measure and r."group" = e."group"
