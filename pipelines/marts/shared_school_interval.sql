-- Intervals of the shares in mart.school_interval that may be printed, shared or saved: those whose share may be.
select i.*
from mart.school_interval i
join mart.shared_result r using (urn, year, measure, "group")
where r.status = 'reported'
