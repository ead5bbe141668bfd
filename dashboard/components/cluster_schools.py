"""School by school: dumbbells, the same as a table, the table of members, and why some figures are hidden."""

from collections.abc import Callable, Mapping, Sequence

from dash import html

from dashboard.components.block import block
from dashboard.components.cluster_gaps import (
    ClusterGaps,
    Member,
    Row,
    bare,
    figure,
    spread,
    when,
    with_limits,
    withheld,
)
from dashboard.components.cluster_three import foot, how, where_from
from dashboard.components.downloads import download_links
from dashboard.components.dumbbell import Dumbbell, dumbbells
from dashboard.components.links import school_path
from dashboard.components.page import notice, segments
from dashboard.components.tables import Column, table
from dashboard.components.words import count, listed, missing_mark, school_year, sentence

ORDERS = {"gap": "Widest gap first", "name": "By name"}


def schools_block(
    found: ClusterGaps,
    *,
    order: str,
    order_address: Callable[[str], str],
    view: str,
    view_address: Callable[[str], str],
    path: str,
    kept: Mapping[str, str],
    origins: Sequence[Mapping],
) -> html.Article:
    """The schools of a cluster as dumbbells, the cluster last."""
    members = in_order(found, order)
    return block(
        "schools",
        title=finding(found),
        name="School by school",
        sub=f"{found.measure.label}, {_period(found)}; {found.people.name} and {found.people.others} beside each name",
        views={
            "chart": lambda: [_key(found, order, order_address), html.Figure(_chart(found, members))],
            "table": lambda: [_order(order, order_address), _table(found, members)],
            "download": lambda: download_links(path, "schools", len(members), kept),
            "how": lambda: how(found),
            "where": lambda: where_from(origins),
        },
        view=view,
        view_address=view_address,
        reason=_reason(found),
        foot=f"{foot(found, origins)} Numbers in brackets are 95% intervals. A hollow mark means fewer than "
        f"{found.measure.minimum_cohort} pupils.",
    )


def in_order(found: ClusterGaps, order: str) -> list[Member]:
    """The members by name, or by gap: widest first, then by name those too small to rank, then those without one."""

    def rank(member: Member) -> tuple:
        row = member.row(found.span)
        gap = row["national_gap"] if row is not None else None
        is_small = is_small_group(found, row)
        return (row is None, gap is None, is_small, gap if gap is not None and not is_small else 0, member.name)

    return sorted(found.members, key=(lambda member: member.name) if order == "name" else rank)


def is_small_group(found: ClusterGaps, row: Row | None) -> bool:
    """Whether a row rests on so few pupils of the group that it is not ranked."""
    return row is not None and row["focus_n"] is not None and row["focus_n"] < found.measure.minimum_cohort


def finding(found: ClusterGaps) -> str:
    """How many schools reach England's others, in at most ten words."""
    rows = [row for member in found.members if (row := member.row(found.span)) and row["national_gap"] is not None]
    others = "others" if found.group == "disadvantaged" else found.people.others.removeprefix("all ")
    if not rows:
        return "No school has a gap that can be given"
    reach = sum(row["national_gap"] >= 0 for row in rows)
    if len(rows) == 1:
        return f"One school has a gap: {'behind' if reach == 0 else 'not behind'} England’s {others}"
    who = found.people.name if len(found.people.name.split()) <= 2 else "they"
    if reach == 0:
        return f"In no school do {who} reach England’s {others}"
    return f"{sentence(who)} reach England’s {others} in {reach} of {count(len(rows), 'school')}"


def _period(found: ClusterGaps) -> str:
    if found.span == "year":
        return school_year(found.year)
    row = found.row()
    return when(row) if row is not None else f"up to three years to {school_year(found.year)}"


def _order(order: str, order_address: Callable[[str], str]) -> html.Div:
    items = [(words, order_address(key), key == order) for key, words in ORDERS.items()]
    return html.Div(
        [segments("Order of schools", items), html.Span("Most intervals overlap, so this is not a league table.")],
        className="order",
    )


def _key(found: ClusterGaps, order: str, order_address: Callable[[str], str]) -> html.Div:
    has_pairs = any((row := m.row(found.span)) and row["focus_value"] is not None for m in found.members)
    key = html.P(
        [
            html.I(**{"aria-hidden": "true"}),
            found.people.name,
            html.I(className="other", **{"aria-hidden": "true"}),
            f"{found.people.others} in the school",
            html.I(className="small", **{"aria-hidden": "true"}),
            f"fewer than {found.measure.minimum_cohort}",
        ],
        className="dumbkey",
    )
    return html.Div([_order(order, order_address), key if has_pairs else None])


def _chart(found: ClusterGaps, members: Sequence[Member]) -> html.Div:
    rows = [_dumbbell(found, member) for member in members]
    own = found.row()
    if own is not None:
        rows.append(_bell(found, found.short, own, is_total=True))
    else:
        rows.append(Dumbbell(name=found.short, words=f"No total: {_short_reason(found)}", is_total=True))
    nation = nation_of(found)
    words = f"{sentence(found.people.others)}, England: {found.measure.format(nation)}" if nation is not None else ""
    return dumbbells(found.measure, rows, nation, nation_words=words, gap_title="Less England’s others")


def _short_reason(found: ClusterGaps) -> str:
    return "withheld, as a school is left out" if found.left_out else found.why_no_total()


def nation_of(found: ClusterGaps) -> float | None:
    """The figure of England's others over the years shown."""
    england = found.place("england")
    rows = [found.own.row(found.span, found.year), england.row(found.span, found.year) if england else None]
    rows += [member.row(found.span) for member in found.members]
    return next((row["national_other"] for row in rows if row and row["national_other"] is not None), None)


def _dumbbell(found: ClusterGaps, member: Member) -> Dumbbell:
    row = member.row(found.span)
    name = html.A(member.name, href=school_path(member.urn))
    if row is None:
        return Dumbbell(name=name, words=member.why_not())
    return _bell(found, name, row)


def _bell(found: ClusterGaps, name, row: Row, *, is_total: bool = False) -> Dumbbell:
    measure = found.measure
    gap = with_limits(measure, row)
    has_both = row["focus_n"] and row["other_n"]
    note = f"{row['focus_n']:,.0f} and {row['other_n']:,.0f}" if has_both else ""
    note = note or (f"{row['focus_n']:,.0f}" if row["focus_n"] else "")
    words = "" if row["focus_value"] is not None else "Only the gap is published, not the figures behind it"
    return Dumbbell(
        name=name,
        note=note,
        focus=row["focus_value"],
        other=row["other_value"],
        is_small=is_small_group(found, row),
        gap=gap.split(" ")[0] if gap else "–" if row["focus_value"] is not None else "",
        limits=gap.partition(" ")[2],
        words=words,
        is_total=is_total,
    )


def _reason(found: ClusterGaps) -> str:
    told, behind, ahead = spread(found)
    if told < 2:
        return ""
    rows = [row for m in found.members if (row := m.row(found.span)) and row["national_gap"] is not None]
    if all(row["national_lower"] is None for row in rows):
        return "No numbers of pupils are published with these gaps, so none can be called different from another."
    rest = told - behind - ahead
    verb = "is" if behind == 1 else "are"
    said = f"{sentence(count(behind, 'school'))} of {told} with a gap {verb} behind by more than chance"
    if ahead:
        said += f", {ahead} ahead"
    return f"{said}; {rest} cannot be told apart from England’s others." if rest else f"{said}."


def _table(found: ClusterGaps, members: Sequence[Member]) -> html.Table:
    measure, span = found.measure, found.span

    def told(write: Callable[[Row], str]) -> Callable[[Member], object]:
        def cell(member: Member) -> object:
            row = member.row(span)
            if row is None:
                return html.Span(member.why_not(), className="miss")
            is_few = "hidden by the publisher" in str(row["reason"] or "")
            return write(row) or missing_mark("suppressed" if is_few else "not_published", short=True)

        return cell

    total = found.row()
    rows = [*members, *([_as_member(found)] if total is not None else [])]
    return table(
        rows,
        [
            Column(title="School", cell=lambda m: html.A(m.name, href=school_path(m.urn)) if m.urn else html.B(m.name)),
            Column(title=sentence(found.people.name), cell=told(lambda r: figure(measure, r)), is_number=True),
            Column(
                title=sentence(found.people.others), cell=told(lambda r: figure(measure, r, "other")), is_number=True
            ),
            Column(title="Less others here", cell=told(lambda r: with_limits(measure, r, "within")), is_number=True),
            Column(title="Less others in England", cell=told(lambda r: with_limits(measure, r)), is_number=True),
        ],
        is_stacked=True,
        classes="dense tall",
        row_class=lambda m: "" if m.urn else "tot",
    )


def _as_member(found: ClusterGaps) -> Member:
    return Member(urn=0, name=found.name, year=found.row("year"), pooled=found.row("pooled"))


def members_table(found: ClusterGaps) -> html.Table:
    """Every school that has the measure, by name: pupils, the newest year, the years together, its interval."""
    measure = found.measure

    def newest(member: Member) -> object:
        row = member.row("year")
        if row is None or row["focus_value"] is None:
            return html.Span(member.why_not(), className="miss")
        return [html.B(measure.format(row["focus_value"])), html.Span(f" {_counted(row)}", className="mute micro")]

    def together(member: Member) -> object:
        row = member.row("pooled")
        if row is None or row["focus_value"] is None:
            return missing_mark(member.status or "no_row", short=True)
        return [html.B(measure.format(row["focus_value"])), html.Span(f" {_counted(row)}", className="mute micro")]

    def interval(member: Member) -> object:
        row = member.row("pooled") or member.row("year")
        if row is None or row["focus_lower"] is None:
            return (
                "–"
                if row is not None and row["focus_value"] is not None
                else missing_mark(member.status or "no_row", short=True)
            )
        return f"{bare(measure, row['focus_lower'])} to {bare(measure, row['focus_upper'])}"

    rows = [*sorted(found.members, key=lambda m: m.name), *([_as_member(found)] if found.row("year") else [])]
    return table(
        rows,
        [
            Column(title="School", cell=lambda m: html.A(m.name, href=school_path(m.urn)) if m.urn else html.B(m.name)),
            Column(
                title="All pupils",
                cell=lambda m: (
                    f"{m.everyone:,.0f}" if m.everyone else "" if not m.urn else missing_mark("no_row", short=True)
                ),
                is_number=True,
                is_minor=True,
            ),
            Column(title=school_year(found.year), cell=newest, is_number=True),
            Column(title="Years together", cell=together, is_number=True),
            Column(title="95% interval", cell=interval, is_number=True, is_minor=True),
        ],
        caption=[html.B(f"{sentence(found.people.name)}, {found.measure.label}"), " alphabetical"],
        classes="dense",
        row_class=lambda m: "" if m.urn else "tot",
    )


def _counted(row: Row) -> str:
    if row["focus_n"] is None:
        return ""
    if row["focus_count"] is not None:
        return f"{row['focus_count']:,.0f} of {row['focus_n']:,.0f}"
    return count(row["focus_n"], "pupil")


def hidden_notice(found: ClusterGaps) -> html.Div | None:
    """Why figures are hidden, and why a total is withheld when a school is left out; None where nothing is."""
    hidden = [member for member in found.members if member.is_hidden]
    if found.left_out:
        left = found.left_out
        pupils = f" ({count(left.pupils, 'pupil')} of the group)" if left.is_hidden and left.pupils else ""
        return notice(f"{left.name}{pupils} is left out.", [withheld(found), " Downloads and the pack do the same."])
    if not hidden:
        return None
    names = [f"{m.name} ({count(m.pupils, 'pupil')})" if m.pupils else m.name for m in hidden]
    verb = "is" if len(hidden) == 1 else "are"
    total = "The cluster’s total is made without them. " if found.row("year") else ""
    lead = f"{sentence(count(len(hidden), 'school'))} {verb} hidden in {school_year(found.year)}."
    return notice(
        lead,
        [
            f"{listed(names)}: too few {found.people.name}, or a figure that would give few away. {total}Leaving a "
            "school out with the filter withholds the total, so that no child’s result can be found by subtraction. "
            "Downloads do the same."
        ],
    )
