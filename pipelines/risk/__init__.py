"""Which schools to talk to first: the question, what was known on a day, models held against dull ones, reasons."""
