-- How many rows and cells of each file were not believed, by reason.
select file::integer as file_id, reason, column_name, consequence, count(*) as rejects, min("row")::integer as first_row
from core.reject group by all
