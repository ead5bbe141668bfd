"""The catalogue of rules: what each asked in which year, where that was published, and how many schools were below.

`by_year` counts schools by their own results, beside the published count; `by_one_or_two_pupils` and
`out_by_one_or_two_pupils` are those whom one or two more, or fewer, pupils would have moved.
"""

from collections.abc import Iterator

import polars

from pipelines.marts import Query
from pipelines.rules.engine import label_of
from pipelines.rules.judging import rules_in_use
from pipelines.rules.vocabulary import Rule, arms_of

_YEAR = polars.Struct(
    {
        "year": polars.Int32(),
        "words": polars.String(),
        "note": polars.String(),
        "published_below": polars.Int32(),
        "published_source": polars.String(),
        "published_note": polars.String(),
        "below": polars.Int32(),
        "not_below": polars.Int32(),
        "cannot_be_judged": polars.Int32(),
        "ours_below": polars.Int32(),
        "by_one_or_two_pupils": polars.Int32(),
        "out_by_one_or_two_pupils": polars.Int32(),
        "notional": polars.Boolean(),
    }
)
_THRESHOLD = polars.Struct(
    {
        "first_year": polars.Int32(),
        "last_year": polars.Int32(),
        "label": polars.String(),
        "measure": polars.String(),
        "limit": polars.String(),
        "comparator": polars.String(),
        "threshold": polars.Float64(),
        "source": polars.String(),
        "verified": polars.Boolean(),
    }
)
COLUMNS = {
    "rule": polars.String,
    "title": polars.String,
    "kind": polars.String,
    "phases": polars.List(polars.String),
    "first_year": polars.Int32,
    "last_year": polars.Int32,
    "ended": polars.String,
    "words": polars.String,
    "consequence": polars.String,
    "source": polars.String,
    "verified": polars.Boolean,
    "enabled": polars.Boolean,
    "is_notional_allowed": polars.Boolean,
    "unjudged": polars.String,
    "weight": polars.Float64,
    "thresholds": polars.List(_THRESHOLD),
    "by_year": polars.List(_YEAR),
    "position": polars.Int32,
}

_COUNTS = """
select o.rule, o.year::integer as year, bool_or(o.notional) as notional,
    count(*) filter (o.outcome = 'below' and o.via = 'own')::integer as below,
    count(*) filter (o.outcome = 'not_below' and o.via = 'own')::integer as not_below,
    count(*) filter (o.outcome = 'cannot_be_judged' and o.via = 'own')::integer as cannot_be_judged,
    count(*) filter (o.outcome = 'below' and s.la_code = b.la_code)::integer as ours_below,
    count(*) filter (o.via = 'own' and o.pupils_short between 1 and 2)::integer as by_one_or_two_pupils,
    count(*) filter (o.via = 'own' and o.pupils_to_spare between 1 and 2)::integer as out_by_one_or_two_pupils
from mart.rule_outcome o left join core.school s using (urn) cross join core.build b
group by o.rule, o.year
order by o.rule, o.year
"""


def rows(query: Query) -> Iterator[polars.DataFrame]:
    """One row for each rule, switched off or not."""
    rules, appearances, _ = rules_in_use(query)
    counts: dict[str, dict[int, dict]] = {}
    for row in query(_COUNTS).to_dicts():
        counts.setdefault(row["rule"], {})[row["year"]] = row
    found = [
        {**_row(rule, counts.get(rule.key, {}), appearances), "position": position}
        for position, rule in enumerate(rules)
    ]
    yield polars.DataFrame(found, schema=COLUMNS)


def _row(rule: Rule, counts: dict[int, dict], appearances: float) -> dict:
    last = rule.version_for(9999)
    words = last.words if last else f"{appearances:g} or more appearances on the authority's triggers in one year"
    return {
        "rule": rule.key,
        "title": rule.title,
        "kind": rule.kind,
        "phases": list(rule.phases),
        "first_year": rule.in_force[0],
        "last_year": rule.in_force[1],
        "ended": rule.ended or None,
        "words": rule.unjudged or words,
        "consequence": rule.consequence,
        "source": str(rule.source),
        "verified": not rule.is_unverified(),
        "enabled": rule.enabled,
        "is_notional_allowed": rule.is_notional_allowed,
        "unjudged": rule.unjudged or None,
        "weight": rule.weight,
        "thresholds": [
            {
                "first_year": version.years[0],
                "last_year": version.years[1],
                "label": label_of(arm.measure),
                "measure": arm.measure,
                "limit": arm.limit,
                "comparator": arm.comparator,
                "threshold": float(arm.threshold),
                "source": str(arm.source),
                "verified": arm.verified,
            }
            for version in rule.versions
            for arm in arms_of(version.test)
        ],
        "by_year": [_year(rule, year, counts.get(year, {})) for year in sorted({*counts, *rule.published})],
    }


def _year(rule: Rule, year: int, counts: dict) -> dict:
    version, published = rule.version_for(year), rule.published.get(year)
    names = (
        "below",
        "not_below",
        "cannot_be_judged",
        "ours_below",
        "by_one_or_two_pupils",
        "out_by_one_or_two_pupils",
    )
    return {
        "year": year,
        "words": version.words if version else None,
        "note": version.note or None if version else None,
        "published_below": published.below if published else None,
        "published_source": str(published.source) if published else None,
        "published_note": published.note or None if published else None,
        "notional": counts.get("notional", not rule.is_in_force(year)),
        **{name: counts.get(name) for name in names},
    }
