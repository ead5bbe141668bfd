"""The only SQL of the dashboard, one function for each question a page asks of the current build."""
