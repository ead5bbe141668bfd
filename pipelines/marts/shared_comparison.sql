-- What to compare a school with, as it may be printed, shared or saved: mart.comparison, where a mean of our schools
-- that would give a small number away is withheld (mart.shared_total). Published figures stand.
with judged as (
    select unit, year, measure, "group", reason
    from mart.shared_total where unit_kind = 'phase in authority' and status = 'hidden'
)
select c.* replace (
    case when j.unit is null then c.value end as value,
    case when j.unit is null then c.status else 'hidden' end as status,
    case when j.unit is null then c.schools end as schools,
    case when j.unit is null then c.n end as n
), j.reason
from mart.comparison c
left join judged j on c.kind in ('authority', 'same phase in authority') and c.how <> 'published'
    and j.unit = coalesce(c.phase, 'all') and j.year = c.year and j.measure = c.measure and j."group" = c."group"
order by measure, "group", kind, phase, year
