"""Frames and measures in, Plotly figures out, as plain dictionaries and without side effects."""
