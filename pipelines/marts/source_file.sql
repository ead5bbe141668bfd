-- Every file of the raw folder: what it is, when it came out, what was read, and why not where it was not.
select
    file::integer as file_id, source, source_title, short_title, source_order, publisher, landing_page, licence, attribution, updates,
    edition, year, release, layout, path, sha256, bytes, rows, columns, encoding, published, published_verified, fetched,
    origin, status, reason, kind_of_problem, held_back, notes, observations, rejects
from core.file
