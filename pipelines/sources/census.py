"""The January school census by school, with totals for authorities and England by phase of school."""

from pipelines.sources.performance_tables import parse_with_totals_by_phase
from pipelines.sources.publication import Calendar, Layout, Source

SOURCE = Source(
    key="census",
    title="Schools, pupils and their characteristics",
    short_title="Census",
    publisher="Department for Education",
    landing_page="https://explore-education-statistics.service.gov.uk/find-statistics/school-pupils-and-their-characteristics",
    calendar=Calendar(month=6, day=15),
    updates="June, from the census of January",
    order=30,
    layouts=(
        Layout(
            key="with free school meals as pupils",
            columns=(
                "URN",
                "LA",
                "ESTAB",
                "NOR",
                "TSENELSE",
                "TSENELK",
                "NUMEAL",
                "NUMFSM",
                "NUMFSMEVER",
                "PNUMFSMEVER",
            ),
        ),
        Layout(
            key="with free school meals as a share",
            columns=(
                "URN",
                "LA",
                "ESTAB",
                "NOR",
                "TSENELSE",
                "TSENELK",
                "NUMEAL",
                "PNUMFSM",
                "NUMFSMEVER",
                "PNUMFSMEVER",
            ),
        ),
        Layout(
            key="before the SEN reform",
            columns=("URN", "LA", "ESTAB", "NOR", "NUMEAL", "NUMFSMEVER", "PNUMFSMEVER"),
            verified=False,
        ),
        Layout(
            key="to 2013/14",
            columns=("URN", "LA", "ESTAB", "TOTPUPSENDN", "TSENA", "TOTSENST"),
            verified=False,
        ),
    ),
    parse=parse_with_totals_by_phase,
)
