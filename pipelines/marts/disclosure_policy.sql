-- The disclosure policy of this build: thresholds, and how many figures are hidden or withheld, by table and reason.
select b.smallest_shared, b.all_or_none_below, 'shared_result' as of_table, r.reason, count(*) as hidden
from core.build b, mart.shared_result r where r.status = 'hidden' group by all
union all
select b.smallest_shared, b.all_or_none_below, 'shared_total', t.reason, count(*)
from core.build b, mart.shared_total t where t.status = 'hidden' group by all
union all
select smallest_shared, all_or_none_below, '', '', 0 from core.build
order by all
