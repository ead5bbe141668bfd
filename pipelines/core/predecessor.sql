-- Which school came before which, of successors that some file names, and since when: from the link, else from the day
-- the successor opened. What follows a school through its numbers asks for this.
create view core.predecessor as
select c.urn, c.earlier_urn, c.steps, coalesce(c.established, s.open_date) as established
from core.succession c join core.school s on s.urn = c.urn;
