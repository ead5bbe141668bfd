"""Measurements of speed and memory, always beside a baseline in the same run; never part of the tests."""
