-- Rows and cells that were not believed, with the reason, at most 200 of a kind for each file.
select file::integer as file_id, "row"::integer as "row", table_name, column_name, value, reason, consequence
from core.reject
qualify row_number() over (partition by file, reason, column_name order by "row", value, consequence) <= 200
