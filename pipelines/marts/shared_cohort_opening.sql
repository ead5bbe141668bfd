-- Where the gap of a cohort opens, as it may be printed, shared or saved: mart.cohort_opening without the changes that
-- rest on a step of a cohort that is hidden, or whose count is (mart.shared_cohort_step).
with cohort_of as (
    select unit_kind, unit, from_age, to_age, unnest(string_split(cohorts, ', '))::integer as cohort
    from mart.cohort_opening
), with_hidden_step as (
    select distinct o.unit_kind, o.unit, o.from_age, o.to_age
    from cohort_of o
    join mart.shared_cohort_step s on s.unit_kind = o.unit_kind and s.unit = o.unit and s.cohort = o.cohort
        and s.age in (o.from_age, o.to_age)
    join mart.cohort_step w on w.unit_kind = s.unit_kind and w.unit = s.unit and w.cohort = s.cohort and w.age = s.age
    where s.status = 'hidden' or s.n is null and w.n is not null
)
select o.* replace (
    case when h.unit is null then o.from_gap end as from_gap,
    case when h.unit is null then o.from_n end as from_n,
    case when h.unit is null then o.to_gap end as to_gap,
    case when h.unit is null then o.to_n end as to_n,
    case when h.unit is null then o.change end as change,
    case when h.unit is null then o.lower end as lower,
    case when h.unit is null then o.upper end as upper
), case when h.unit is null then 'reported' else 'hidden' end as status
from mart.cohort_opening o
left join with_hidden_step h on h.unit_kind = o.unit_kind and h.unit = o.unit and h.from_age = o.from_age
    and h.to_age = o.to_age
