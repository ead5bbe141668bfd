-- Our schools as they may be printed, shared or saved: mart.school without small numbers of pupils on roll.
select s.* replace (
    case when s.pupils >= (select smallest_shared from core.build) and s.urn not in (
        select urn from mart.shared_result where status = 'hidden' and measure = 'pupils_on_roll_register'
    ) then s.pupils end as pupils
)
from mart.school s
