"""The pieces of the page about areas of need: one module for each of its questions."""
