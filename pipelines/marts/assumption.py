"""Every threshold, constant and definition that a figure rests on: its value, where it was published, and whether
that was confirmed. What is not verified is shown as such on the page about the data.
"""

from collections.abc import Iterator

import polars

from pipelines.marts import Query
from pipelines.measures import MEASURES
from pipelines.measures.gaps import DEFINITION_BREAKS
from pipelines.rules.vocabulary import COMPARATORS
from pipelines.statistics import clusters, gap_index
from pipelines.statistics.estimated import ESTIMATED
from pipelines.statistics.similar import PRIMARY, SECONDARY

COLUMNS = {
    "kind": polars.String,
    "what": polars.String,
    "value": polars.String,
    "first_year": polars.Int32,
    "last_year": polars.Int32,
    "source": polars.String,
    "verified": polars.Boolean,
}

_COMPARED = " ".join(f"when '{comparator}' then '{words}'" for comparator, words in COMPARATORS.items())

_THRESHOLDS = f"""
select distinct 'rule' as kind, title || ': ' || t.label as what,
    case t.comparator {_COMPARED} end || ' ' || format('{{:g}}', t.threshold) as value,
    t.first_year, t.last_year, t.source, t.verified
from (select title, unnest(thresholds) as t from mart.rule)
where t.comparator <> '=='
union all
select 'rule', title, words, first_year, last_year, source, verified from mart.rule
where len(thresholds) = 0 or list_bool_and([t.comparator = '==' for t in thresholds])
order by all
"""


def rows(query: Query) -> Iterator[polars.DataFrame]:
    """The rows of `mart.assumption`: thresholds of rules, then constants of statistics, then definitions."""
    yield query(_THRESHOLDS)
    yield polars.DataFrame(
        [
            *(
                {
                    "kind": "spread of pupils",
                    "what": MEASURES[each.measure].label,
                    "value": f"{each.declared_spread:g}",
                    "source": each.source,
                    "verified": each.verified,
                }
                for each in ESTIMATED
                if each.declared_spread is not None
            ),
            *(
                {
                    "kind": f"distance between similar {phase} schools",
                    "what": each.label,
                    "value": f"{each.scale:.4g}",
                    "source": each.source,
                    "verified": each.verified,
                }
                for phase, criteria in (("primary", PRIMARY), ("secondary", SECONDARY))
                for each in criteria
            ),
            {
                "kind": "travel",
                "what": "Road kilometres for each kilometre of straight line",
                "value": f"{clusters.DETOUR:g}",
                "source": "Ballou, Rahardja and Sakai 2002, not read",
                "verified": False,
            },
            {
                "kind": "gap index",
                "what": "10 × Somers’ D of attainment and disadvantage",
                "value": "",
                "source": "Inferred from the published scale; agrees with published pass rates of seven years",
                "verified": gap_index.VERIFIED,
            },
            *(
                {
                    "kind": "definition of a group",
                    "what": each.note,
                    "value": "",
                    "first_year": each.year,
                    "source": each.source,
                    "verified": each.verified,
                }
                for each in DEFINITION_BREAKS
            ),
            *(
                {
                    "kind": "definition of a measure",
                    "what": measure.label,
                    "value": "",
                    "first_year": measure.years[0],
                    "last_year": measure.years[1],
                    "source": "Column names known from public code, not from a file at hand",
                    "verified": False,
                }
                for measure in MEASURES.values()
                if not measure.verified
            ),
        ],
        schema=COLUMNS,
    )
