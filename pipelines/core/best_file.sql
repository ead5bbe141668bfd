-- Which files hold the best release of each measure and year of schools: final before revised before provisional.
-- Several files can hold it, each about other schools.
create table core.best_file as
select h.file, h.measure, h.year, c.release
from (select distinct file, measure, year from core.fact where entity < 1000000) h
join core.file c using (file)
qualify rank() over (partition by h.measure, h.year order by c.release_order) = 1;
