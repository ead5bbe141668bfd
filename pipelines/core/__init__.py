"""SQL that settles what the files said into one row for each school, inspection and link; run by the build."""
