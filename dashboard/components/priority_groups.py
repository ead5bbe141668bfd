"""The list of schools to talk to first in groups: by band, or by the framework of the last inspection."""

from collections.abc import Sequence

from dash import html

from dashboard.components import last_inspection
from dashboard.components.priority_list import APART, BANDS, Entry, apart, compact, full, group, heading


def by_band(entries: Sequence[Entry], *, is_short: bool, switch: html.P) -> list:
    """Bands in the order of their meaning, then those without a chance as groups of their own.

    The last band is a list of names where it `is_short`; `switch` is the link that changes that.
    """
    parts: list = []
    for band, (title, tag, meaning) in BANDS.items():
        rows = [entry for entry in entries if entry.row["band"] == band]
        if not rows:
            continue
        anchor = f"band-{band}"
        is_last = band == "later"
        body = compact(rows) if is_last and is_short else full(rows)
        headed = heading(title, tag, len(rows), meaning, anchor)
        parts.append(group(anchor, headed, body, switch if is_last else None))
    for state, (title, tag, meaning) in APART.items():
        rows = sorted((e for e in entries if e.row["state"] == state), key=lambda e: e.row["name"])
        if rows:
            anchor = f"band-{tag}"
            headed = heading(title, tag, len(rows), meaning, anchor)
            parts.append(group(anchor, headed, apart(rows)))
    return parts


def by_framework(entries: Sequence[Entry]) -> list:
    """Groups by the framework of the last inspection, the newest first; dates order each, no scale is converted."""
    parts: list = [
        html.P(
            "Grouped by the framework of the last inspection, the newest inspection first in each. Every finding "
            "stands on the scale of its own framework: none is turned into another, so no order runs across groups.",
            className="foot",
        )
    ]
    eras = {entry.inspection["era"] for entry in entries if entry.inspection}
    for era in (*last_inspection.NEWEST_FIRST, *sorted(eras - set(last_inspection.NEWEST_FIRST)), None):
        rows = [e for e in entries if (e.inspection["era"] if e.inspection else None) == era]
        if not rows:
            continue
        rows.sort(key=lambda e: e.inspection["date"].toordinal() if e.inspection and e.inspection["date"] else 0)
        title, dates = last_inspection.framework(era)
        anchor = f"framework-{(era or 'none').replace(' ', '-')}"
        headed = heading(title, "b4", len(rows), dates, anchor)
        parts.append(group(anchor, headed, full(rows[::-1], has_band=True)))
    return parts
