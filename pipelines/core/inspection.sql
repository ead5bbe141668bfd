-- One row for each inspection, whichever files report it: the fullest and newest report of it is kept.
create table core.inspection as
with reports as (
    select r.*, f.edition_date, f.sha256,
        (r.inspection_number is not null)::int + (r.published is not null)::int
            + (r.category_of_concern is not null)::int + (r.outcome is not null)::int as fullness
    from core.inspection_report r join core.file f using (file)
), kept as (
    select * from reports
    qualify row_number() over (
        partition by observed_urn, date, kind
        order by fullness desc, edition_date desc nulls last, sha256, "row", urn
    ) = 1
), rows_of as (
    select observed_urn, date, kind, list(distinct urn order by urn) as urns from reports group by all
)
select
    k.observed_urn || '-' || strftime(k.date, '%Y%m%d') || '-' || replace(k.kind::varchar, ' ', '_') as inspection_id,
    k.observed_urn, o.urns, k.date, k.published, k.era::varchar as era, k.kind::varchar as kind, k.inspection_number, k.event,
    k.outcome, k.category_of_concern, k.file, k."row"
from kept k join rows_of o on o.observed_urn = k.observed_urn and o.date = k.date and o.kind = k.kind;

-- Its judgements, from the file that the inspection was kept from, or else from the newest that has them.
create table core.judgement as
select
    j.observed_urn || '-' || strftime(j.date, '%Y%m%d') || '-' || replace(j.kind::varchar, ' ', '_') as inspection_id,
    j.area, j.grade, j.word, j.step, j.steps, j.file, j."row"
from core.judgement_report j join core.file f using (file)
qualify row_number() over (
    partition by j.observed_urn, j.date, j.kind, j.area
    order by (j.step is not null) desc, f.edition_date desc nulls last, f.sha256, j."row"
) = 1;
