"""What is not known of a school, each line with the reason, the newest years first."""

from collections.abc import Mapping, Sequence

from dash import html

from dashboard.components.known import Known, late
from dashboard.components.page import section
from dashboard.components.words import inside, listed, missing, school_year, sentence

NEVER = "Complaints, safeguarding, a change of headteacher: not in published data."
MOST_NAMED = 4
"""Measures named in a line; more are counted."""


def not_known(known: Known) -> list[str]:
    """Sentences: years without a figure and why, measures without any, and what no publication says."""
    years: dict[tuple[int, str, str], list[str]] = {}
    reasons: dict[str, list[str]] = {}
    topics = {result.measure.label: result.measure.topic for result in known.results}
    for result in known.results:
        label = result.measure.label
        if result.school.latest() is None:
            word = missing(result.school.points[-1].status).word
            reasons.setdefault(word, []).append(label)
            continue
        for year, word, note in late(result):
            years.setdefault((year, word, note), []).append(label)
    leading = {result.measure.label for result in known.leading()}
    told = sorted(_together(years), key=lambda found: not leading & set(found[1]))
    said = _out_of_date(known)
    said += [_of_years(*key, _named(labels, topics)) for key, labels in told]
    said += [f"{word}: {_named(labels, topics)}." for word, labels in reasons.items()]
    if known.school["pupils"] is None:
        said.append(f"Pupils on roll: {missing('no_file').word.lower()}.")
    return [*said, NEVER]


def _out_of_date(known: Known) -> list[str]:
    """Leading measures whose newest figure is old, by its year."""
    old: dict[int, list[str]] = {}
    for result in known.leading():
        latest = result.school.latest()
        if latest is not None and known.is_out_of_date(latest.year):
            old.setdefault(latest.year, []).append(result.measure.label)
    topics = {result.measure.label: result.measure.topic for result in known.results}
    return [
        f"{_named(labels, topics)}: nothing newer than {school_year(year)} is in the files."
        for year, labels in sorted(old.items(), reverse=True)
    ]


def _together(years: dict[tuple[int, str, str], list[str]]) -> list[tuple[tuple[list[int], str, str], list[str]]]:
    """Years with the same reason and measures in one line, the newest first."""
    found: dict[tuple[str, str, tuple[str, ...]], list[int]] = {}
    for (year, word, note), labels in sorted(years.items(), reverse=True):
        found.setdefault((word, note, tuple(labels)), []).append(year)
    return [((sorted(when), word, note), list(labels)) for (word, note, labels), when in found.items()]


def _of_years(years: list[int], word: str, note: str, what: str) -> str:
    when = listed([school_year(year) for year in years])
    return f"{what}, {when}: {inside(word)}. {note}".strip()


def _named(labels: Sequence[str], topics: Mapping[str, str]) -> str:
    first = labels[0]
    if len(labels) <= MOST_NAMED:
        return sentence(listed([first, *(inside(label) for label in labels[1:])]))
    first, *others = dict.fromkeys(topics[label] for label in labels)
    about = listed([first, *(inside(topic) for topic in others)])
    return f"{about}, {len(labels)} measures"


def not_known_section(known: Known) -> html.Section:
    """The list under its heading."""
    return section(
        "unknown", "What we do not know", html.Ul([html.Li(text) for text in not_known(known)], className="plain")
    )
