"""Absence by school over a school year, with totals for authorities and England by phase of school."""

from pipelines.sources.performance_tables import parse_with_totals_by_phase
from pipelines.sources.publication import Calendar, Layout, Source

SOURCE = Source(
    key="absence",
    title="Pupil absence in schools",
    short_title="Absence",
    publisher="Department for Education",
    landing_page="https://explore-education-statistics.service.gov.uk/find-statistics/pupil-absence-in-schools-in-england",
    calendar=Calendar(month=3, day=25, years_after=1),
    updates="the March after the school year",
    order=31,
    layouts=(
        Layout(key="10% definition", columns=("LA", "ESTAB", "URN", "PERCTOT", "PPERSABS10")),
        Layout(key="15% definition", columns=("LA", "ESTAB", "URN", "PERCTOT", "PPERSABS15")),
    ),
    parse=parse_with_totals_by_phase,
)
