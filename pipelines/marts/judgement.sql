-- Each judgement of those inspections, on the scale of its own era.
select j.inspection_id, j.area, j.grade, j.word, j.step::integer as step, j.steps::integer as steps
from core.judgement j
where j.inspection_id in (select inspection_id from mart.inspection)
order by all
