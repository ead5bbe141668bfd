"""Published files in, one versioned DuckDB build out."""
