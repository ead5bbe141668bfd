-- Inspections of our schools and of the schools they came from, each in the era whose scale it used.
with ours as (
    select urn from core.school where la_code = (select la_code from core.build)
), whose as (
    select urn, urn as observed_urn, 0 as steps from ours
    union
    select c.urn, c.earlier_urn, c.steps from core.succession c join ours using (urn)
    union
    select reported.urn, i.observed_urn, 1
    from core.inspection i, unnest(i.urns) as reported(urn) join ours on ours.urn = reported.urn
    where reported.urn <> i.observed_urn
), one as (
    select urn, observed_urn, min(steps) as steps from whose group by all
)
select
    i.inspection_id, o.urn, i.observed_urn, case when o.steps = 0 then 'own' else 'predecessor' end as via,
    i.date, i.published, i.era, i.kind, j.grade as overall, j.word as overall_word, i.outcome, i.category_of_concern,
    f.word as safeguarding, i.inspection_number, i.file::integer as file_id, i."row"::integer as "row"
from one o
join core.inspection i using (observed_urn)
left join core.judgement j on j.inspection_id = i.inspection_id and j.area = 'overall_effectiveness'
left join core.judgement f on f.inspection_id = i.inspection_id and f.area = 'safeguarding'
order by o.urn, i.date, i.inspection_id
