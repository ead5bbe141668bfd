-- Our schools under every rule as it may be printed, shared or saved: mart.rule_outcome, where an outcome with an arm
-- that rests on a hidden figure cannot be judged there, and says why (mart.shared_result).
with hidden as (
    select distinct urn, year, measure, "group" from mart.shared_result
    where status = 'hidden' and "group" in ('all', 'disadvantaged', 'other')
), arm as (
    select urn, year, rule, unnest(arms) as arm from mart.rule_outcome
), resting as (
    select distinct a.urn, a.year, a.rule
    from arm a
    join hidden h on h.urn = a.urn and h.measure = a.arm.measure and h.year = coalesce(a.arm.year, a.year)
        and (h."group" = 'all' or a.arm.label ilike '%gap%' or a.arm.label ilike '%disadvantaged%')
)
select o.* replace (
    case when r.urn is null then o.outcome else 'cannot_be_judged' end as outcome,
    case when r.urn is null then o.reason else 'hidden: small number of pupils' end as reason,
    case when r.urn is null then o.pupils end as pupils,
    case when r.urn is null then o.pupils_short end as pupils_short,
    case when r.urn is null then o.pupils_to_spare end as pupils_to_spare,
    case when r.urn is null then o.arms else [] end as arms
)
from mart.rule_outcome o
join core.school s on s.urn = o.urn and s.la_code = (select la_code from core.build)
left join resting r on r.urn = o.urn and r.year = o.year and r.rule = o.rule
