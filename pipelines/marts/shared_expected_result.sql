-- Results beside what the intake leads to expect, as they may be printed, shared or saved: mart.expected_result, where a
-- school's own figure must be shared (mart.shared_result), and a cluster's result is shown only when nothing is hidden
-- of any school that was ever in it (mart.cluster_member, mart.proposed_cluster_member).
with hidden as (
    select distinct urn, year, measure from mart.shared_result where status = 'hidden' and "group" = 'all'
), member as (
    select 'cluster' as unit_kind, cluster_id as unit, urn from mart.cluster_member
    union select 'proposed_cluster', cluster_id, urn from mart.proposed_cluster_member where cluster_id is not null
), closed as (
    select distinct m.unit_kind, m.unit, h.year, h.measure from member m join hidden h using (urn)
), kept_back as (
    select distinct e.unit_kind, e.unit, e.urn, e.year, e.measure
    from mart.expected_result e
    where exists (select 1 from hidden h where h.urn = e.urn and h.measure = e.measure and h.year between e.year - 2 and e.year)
       or exists (select 1 from closed c where c.unit_kind = e.unit_kind and c.unit = e.unit and c.measure = e.measure
            and c.year between e.year - 2 and e.year)
)
select e.* replace (
    case when k.measure is null then e.value end as value,
    case when k.measure is null then e.n end as n,
    case when k.measure is null then e.expected end as expected,
    case when k.measure is null then e.difference end as difference,
    case when k.measure is null then e.lower end as lower,
    case when k.measure is null then e.upper end as upper,
    case when k.measure is null then e.reason else 'hidden: small number of pupils in a school of it' end as reason
)
from mart.expected_result e
left join kept_back k on k.unit_kind = e.unit_kind and k.unit is not distinct from e.unit
    and k.urn is not distinct from e.urn and k.year = e.year and k.measure = e.measure
