"""One file for each table that pages read, SQL or Python; the name of the file is the name of the table.

A table that SQL cannot make is a module with `COLUMNS` (name → Polars type), and `rows(query)`, which asks
the build with SQL and yields frames with these columns. Its docstring describes the table.
"""
