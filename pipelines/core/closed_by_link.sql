-- A school that the register at hand still calls open, but whose published link says that another school has
-- succeeded it and that school is listed as open later: it closed then. (Registers are older than links here.)
alter table core.school add column status_note varchar;
update core.school
set status = 'closed', close_date = coalesce(close_date, l.established),
    status_note = 'closed by its link to ' || l.successor || '; the register at hand is older'
from (
    select p.earlier_urn as urn, min(p.urn) as successor, min(p.established) as established
    from core.succession p
    join core.school earlier on earlier.urn = p.earlier_urn
    join core.school later on later.urn = p.urn
    where p.steps = 1
      and p.link_type not ilike '%split%'
      and p.established is not null
      and later.status ilike 'open%'
      and later.register_date > earlier.register_date
      and p.established > earlier.register_date
    group by p.earlier_urn
) l
where core.school.urn = l.urn and core.school.status ilike 'open%';
