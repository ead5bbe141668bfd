-- Ranks as they may be printed, shared or saved: mart.rank_interval without the ranks that rest on a hidden figure
-- (mart.shared_estimate): those are left out, and are the fewer for it.
select r.*
from mart.rank_interval r
join mart.shared_estimate e on e.urn = r.urn and e.year = r.year and e.measure = r.measure and e."group" = r."group"
where e.mean is not null
