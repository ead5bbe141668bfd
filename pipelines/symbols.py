"""What publishers print where there is no number (SUPP, NE, c, z …), and the reason each one stands for.

Sources: the abbreviations published with the performance tables, the explore education statistics
conventions, and the codes seen in published files (docs/symbols.md lists every one of them).
No symbol ever becomes a number.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Status:
    """Why a cell has, or has not, a value; `word` is one of the five that pages show."""

    key: str
    word: str
    meaning: str


SUPPRESSED_WORD = "Suppressed (small numbers)"
NOT_PUBLISHED_WORD = "Not published"
NOT_APPLICABLE_WORD = "Not applicable"
NOT_YET_RELEASED_WORD = "Not yet released"
NO_DATA_WORD = "No data"

STATUSES: tuple[Status, ...] = (
    Status(key="reported", word="", meaning="the publisher gave a value"),
    Status(key="suppressed", word=SUPPRESSED_WORD, meaning="hidden by the publisher because few pupils are counted"),
    Status(key="no_eligible_pupils", word=NOT_APPLICABLE_WORD, meaning="no pupil was eligible or entered"),
    Status(key="not_published", word=NOT_PUBLISHED_WORD, meaning="the publisher does not publish it"),
    Status(key="not_applicable", word=NOT_APPLICABLE_WORD, meaning="does not apply to this school or year"),
    Status(
        key="low_coverage",
        word=NOT_PUBLISHED_WORD,
        meaning="fewer than half of the pupils could be counted",
    ),
    Status(
        key="small_percentage",
        word=SUPPRESSED_WORD,
        meaning="more than nothing but rounds to nothing; the publisher hides it",
    ),
    Status(key="under_revision", word=NOT_PUBLISHED_WORD, meaning="withdrawn while it is being revised"),
    Status(key="did_not_supply", word=NO_DATA_WORD, meaning="the school did not send its return"),
    Status(key="new_school", word=NOT_APPLICABLE_WORD, meaning="a new school without results yet"),
    Status(key="not_available", word=NO_DATA_WORD, meaning="not available to the publisher"),
    Status(key="blank", word=NO_DATA_WORD, meaning="an empty cell in the file; the reason is not known"),
    Status(
        key="impossible",
        word=NO_DATA_WORD,
        meaning="the published value cannot be true; it is kept among the rejected cells",
    ),
    Status(
        key="false_zero",
        word=NOT_APPLICABLE_WORD,
        meaning="published as 0 although the measure does not apply (pipelines/core/false_zero.sql says why)",
    ),
    Status(key="no_row", word=NO_DATA_WORD, meaning="the school has no row in the file of that year"),
    Status(key="not_yet_released", word=NOT_YET_RELEASED_WORD, meaning="the publisher has not released it yet"),
)
STATUS_BY_KEY: dict[str, Status] = {status.key: status for status in STATUSES}

REPORTED = 0
"""Code of a cell with a value in `core.fact.symbol`."""

# (family, text as printed, status). A family is the set of symbols that one publisher uses.
_PRINTED: tuple[tuple[str, str, str], ...] = (
    ("any", "", "blank"),
    ("any", "<cell ends>", "blank"),
    ("any", "<impossible>", "impossible"),
    ("any", "<false zero>", "false_zero"),
    ("any", "NULL", "not_available"),
    ("performance tables", "SUPP", "suppressed"),
    ("performance tables", "SUPP*", "suppressed"),
    ("performance tables", "SUPPMAT", "suppressed"),
    ("performance tables", "NE", "no_eligible_pupils"),
    ("performance tables", "NP", "not_published"),
    ("performance tables", "NA", "not_applicable"),
    ("performance tables", "LOWCOV", "low_coverage"),
    ("performance tables", "SP", "small_percentage"),
    ("performance tables", "RE", "under_revision"),
    ("performance tables", "DNS", "did_not_supply"),
    ("performance tables", "NEW", "new_school"),
    ("finance", "SUPP!", "suppressed"),
    ("finance", "DNS", "did_not_supply"),
    ("statistics service", "z", "not_applicable"),
    ("statistics service", "c", "suppressed"),
    ("statistics service", "k", "suppressed"),
    ("statistics service", "u", "not_available"),
    ("statistics service", "x", "not_available"),
    ("statistics service", "low", "small_percentage"),
    ("statistics service", ":", "not_available"),
    ("statistics service", "..", "not_available"),
    ("statistics service", "~", "not_available"),
    ("local authority tool", "-", "not_available"),
    ("local authority tool", "c", "suppressed"),
    ("local authority tool", "x", "not_available"),
    ("inspections", "9", "not_applicable"),
    ("inspections", "8", "not_applicable"),
    ("inspections", "0", "not_available"),
    ("inspections", "Not judged", "not_applicable"),
    ("inspections", "Not applicable", "not_applicable"),
    ("school places", "z", "not_applicable"),
    ("school places", "NA", "not_available"),
    ("school places", "LOW", "suppressed"),
    ("school places", "Low", "suppressed"),
)


@dataclass(frozen=True, kw_only=True)
class Symbol:
    """One printed code of one publisher; `code` is what `core.fact.symbol` stores."""

    code: int
    family: str
    text: str
    status: str


SYMBOLS: tuple[Symbol, ...] = (
    Symbol(code=REPORTED, family="any", text="<number>", status="reported"),
    *(
        Symbol(code=position, family=family, text=text, status=status)
        for position, (family, text, status) in enumerate(_PRINTED, start=1)
    ),
)


def symbols_of(family: str) -> dict[str, int]:
    """Printed text → symbol code for one publisher's family, with those that any file may hold."""
    return {
        symbol.text: symbol.code for symbol in SYMBOLS if symbol.code != REPORTED and symbol.family in ("any", family)
    }


def symbol_code(text: str) -> int:
    """Code of a symbol of our own, such as `<impossible>`."""
    return next(symbol.code for symbol in SYMBOLS if symbol.text == text and symbol.family == "any")


BLANK = symbol_code("")
CELL_ENDS = symbol_code("<cell ends>")
IMPOSSIBLE = symbol_code("<impossible>")
FALSE_ZERO = symbol_code("<false zero>")
