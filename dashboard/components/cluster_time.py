"""A cluster's gap over the years, beside its schools, the authority, its neighbours and England."""

from collections.abc import Callable, Mapping, Sequence

from dash import html

from dashboard.components.block import block
from dashboard.components.cluster_gaps import Beside, ClusterGaps, Row, amount, with_limits
from dashboard.components.cluster_three import foot, how, where_from
from dashboard.components.downloads import download_links
from dashboard.components.gaps import signed
from dashboard.components.graph import graph
from dashboard.components.tables import Column, table
from dashboard.components.words import count, listed, missing, school_year, sentence, spans
from dashboard.figures.by_year import Line, Point
from dashboard.figures.gap_by_year import gap_by_year

NOT_COMPARABLE = "not comparable with the year before: "


def time_block(
    found: ClusterGaps,
    schools: Sequence[Beside],
    states: Mapping[int, str],
    *,
    view: str,
    view_address: Callable[[str], str],
    path: str,
    kept: Mapping[str, str],
    origins: Sequence[Mapping],
) -> html.Article:
    """The gap to others in England by year.

    Args:
        schools: the members with their rows of every year.
        states: year → why nobody has a figure: 'no tests', 'not published' …
    """
    years = years_of(found, schools)
    others = f"{found.people.others} in England"
    return block(
        "time",
        title=finding(found),
        name="Over time",
        sub=f"{found.measure.label}: {found.people.name} here less {others}, single years",
        views={
            "chart": lambda: _chart(found, schools, years, states),
            "table": lambda: _table(found, schools, years, states),
            "download": lambda: download_links(path, "time", len(years) * (len(schools) + 1 + len(found.beside)), kept),
            "how": lambda: how(found),
            "where": lambda: where_from(origins),
        },
        view=view,
        view_address=view_address,
        reason=_reason(found),
        foot=" ".join([foot(found, origins), *_notes(found, schools, years)]),
    )


def own_rows(found: ClusterGaps) -> list[Row]:
    """The cluster's single years with a gap to England, oldest first; none where a school is left out."""
    if found.left_out:
        return []
    rows = [r for r in found.own.rows if r["span"] == "year" and r["national_gap"] is not None]
    return sorted(rows, key=lambda row: row["year"])


def years_of(found: ClusterGaps, schools: Sequence[Beside]) -> list[int]:
    """From the first year in which the cluster or a school of it has a gap to the newest."""
    known = [
        row["year"]
        for place in (found.own, *schools)
        for row in place.rows
        if row["span"] == "year" and row["national_gap"] is not None
    ]
    return list(range(min(known), max(known) + 1)) if known else []


def since_break(found: ClusterGaps) -> list[Row]:
    """The cluster's years since the last one that cannot be compared with those before."""
    rows = own_rows(found)
    last = max((place for place, row in enumerate(rows) if row["is_break"]), default=0)
    return rows[last:]


def finding(found: ClusterGaps) -> str:
    """Whether the cluster's gap moved by more than chance, in at most ten words."""
    rows = since_break(found)
    if not rows:
        return "No total by year for the cluster"
    first, last = rows[0], rows[-1]
    if len(rows) == 1:
        return f"One year with a figure: {school_year(last['year'])}"
    if None in (first["national_lower"], last["national_lower"]):
        return f"From {signed(found.measure, first['national_gap'])} to {signed(found.measure, last['national_gap'])}"
    change = last["national_gap"] - first["national_gap"]
    margins = [(row["national_upper"] - row["national_lower"]) / 2 for row in (first, last)]
    if abs(change) <= sum(margin**2 for margin in margins) ** 0.5:
        return f"No clear change since {school_year(first['year'])}"
    return f"The gap is {'narrower' if change > 0 else 'wider'} than in {school_year(first['year'])}"


def _reason(found: ClusterGaps) -> str:
    rows = since_break(found)
    if found.left_out:
        return "The cluster’s own line is withheld, as a school is left out."
    if len(rows) < 2:
        return "Single years of a cluster move by chance; the years together say more." if rows else ""
    first, last = rows[0], rows[-1]
    text = (
        f"{school_year(first['year'])}: {with_limits(found.measure, first)}; {school_year(last['year'])}: "
        f"{with_limits(found.measure, last)}."
    )
    half = _usual_margin(found)
    return (
        text
        if half is None
        else f"{text} One school’s gap in one year is known to about {amount(found.measure, half)} either way."
    )


def _usual_margin(found: ClusterGaps) -> float | None:
    """Half of the middle school's interval in the newest year; None where no school has one."""
    margins = sorted(
        (row["national_upper"] - row["national_lower"]) / 2
        for member in found.members
        if (row := member.row("year")) and row["national_lower"] is not None
    )
    return margins[len(margins) // 2] if margins else None


def _chart(found: ClusterGaps, schools: Sequence[Beside], years: Sequence[int], states: Mapping[int, str]) -> object:
    if not years:
        return html.P("No gap to others in England can be given for any year at hand.")
    if len(years) == 1 and not own_rows(found):
        told = sum(_line(place, years).latest() is not None for place in schools)
        return html.P(f"Only {school_year(years[0])} has a gap, of {count(told, 'school')}: there is no line to draw.")
    lines = [_line(Beside(series="cluster", label=found.short, rows=own_rows(found)), years)]
    lines += [line for place in found.beside if (line := _line(place, years)).latest()]
    lines = [line for line in lines if line.latest()]
    members = [line for place in schools if (line := _line(place, years)).latest()]
    gaps = gap_years(found, schools, years, states)
    words = "; ".join(f"{line.label}: {_spoken(found, line)}" for line in lines)
    shaded = _shaded(gaps)
    figure = gap_by_year(
        lines,
        members,
        years,
        gaps,
        breaks_of(found, schools),
        lambda value: signed(found.measure, value),
    )
    note = f"Grey: {len(members)} member schools." + (f" Hatched: {shaded}." if shaded else "")
    return graph(
        figure, f"Gap to others in England by year. {words}.", title="Points, a minus means behind.", note=note
    )


def _line(place: Beside, years: Sequence[int]) -> Line:
    rows = [r for r in place.rows if r["span"] == "year" and r["year"] in years and r["national_gap"] is not None]
    return Line(
        key=place.series,
        label=place.label,
        points=[
            Point(
                year=row["year"],
                value=row["national_gap"],
                lower=row["national_lower"],
                upper=row["national_upper"],
                n=row["focus_n"],
            )
            for row in sorted(rows, key=lambda row: row["year"])
        ],
    )


def _spoken(found: ClusterGaps, line: Line) -> str:
    return ", ".join(f"{p.year} {signed(found.measure, p.value)}" for p in line.points)


def gap_years(
    found: ClusterGaps, schools: Sequence[Beside], years: Sequence[int], states: Mapping[int, str]
) -> dict[int, str]:
    """Years without a gap of the cluster or of any of its schools, with a short reason."""
    known = {
        row["year"]
        for place in (found.own, *schools)
        for row in place.rows
        if row["span"] == "year" and row["national_gap"] is not None
    }
    return {year: _brief(states.get(year, "no_file")) for year in years if year not in known}


def _brief(status: str) -> str:
    return status if status in ("no tests", "not comparable") else missing(status).short.lower()


def _shaded(gaps: Mapping[int, str]) -> str:
    reasons: dict[str, list[int]] = {}
    for year, reason in gaps.items():
        reasons.setdefault(reason, []).append(year)
    return "; ".join(f"{spans(years)} {reason}" for reason, years in reasons.items())


def breaks_of(found: ClusterGaps, schools: Sequence[Beside]) -> dict[int, str]:
    """Year → why it cannot be compared with those before."""
    rows = [row for place in (found.own, *schools, *found.beside) for row in place.rows if row["is_break"]]
    return {
        row["year"]: str(row["reason"] or "").partition(NOT_COMPARABLE)[2] or "the measure or the group changed"
        for row in rows
        if row["span"] == "year"
    }


def _notes(found: ClusterGaps, schools: Sequence[Beside], years: Sequence[int]) -> list[str]:
    notes = [
        f"Break in {school_year(year)}: {why}"
        for year, why in sorted(breaks_of(found, schools).items())
        if year in years[1:]
    ]
    return [note if note.endswith(".") else f"{note}." for note in notes]


def _table(found: ClusterGaps, schools: Sequence[Beside], years: Sequence[int], states: Mapping[int, str]) -> html.Div:
    own = Beside(series="cluster", label=found.short, rows=own_rows(found))
    reasons = gap_years(found, schools, years, states)

    def cell(place: Beside, year: int) -> object:
        row = place.row("year", year)
        if row is not None and row["national_gap"] is not None:
            limits = with_limits(found.measure, row).partition(" ")[2] if place.series != "england" else ""
            return [signed(found.measure, row["national_gap"]), html.Span(f" {limits}", className="mute micro limits")]
        return html.Span(sentence(reasons.get(year, "no data")), className="miss")

    grid = table(
        [own, *found.beside, *schools],
        [
            Column(title="Who", cell=lambda place: place.label),
            *(
                Column(
                    title=school_year(year),
                    cell=lambda place, year=year: cell(place, year),
                    is_number=True,
                    is_minor=year < years[-1] - 2,
                )
                for year in years
            ),
        ],
        classes="years dense",
    )
    label = {"aria-label": "Gap by year, scrolls sideways"}
    return html.Div(grid, className="scroll", role="region", tabIndex=0, **label)


def said_in_years(found: ClusterGaps) -> str:
    """The cluster's gap in each year, in words, for paper."""
    rows = own_rows(found)
    return listed([f"{school_year(row['year'])} {with_limits(found.measure, row)}" for row in rows])
