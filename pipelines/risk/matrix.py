"""Schools and days as rows, features as columns: each number as it was known on its day, NaN where it was not."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import singledispatchmethod

import numpy as np
import polars
from numpy.typing import NDArray

from pipelines.risk import history, results
from pipelines.risk.features import BesideIntake, Change, Feature, History, Latest, Level, Trend
from pipelines.risk.question import inspections, model_of, visits
from pipelines.risk.results import Facts, Publications, Standing, look_up
from pipelines.rules.facts import Query
from pipelines.statistics import expected

FARTHEST = 4.0
"""Standard deviations beyond which a feature says no more: a few odd rows must not decide; our judgement."""

LEAST_KNOWN = 10
"""Schools of a kind with a figure below which it is not standardised; our judgement."""

_DATED = """
select f.entity::integer as urn, f.year::integer as year, max_by(f.value, c.layout_rank * 65536 + f.file) as value,
    max(c.edition_date) as known_from
from core.fact f join core.file c using (file)
where f.entity < 1000000 and f."group" = 0 and f.symbol = 0 and c.edition_date is not null
  and f.measure = (select measure_code from core.measure_code where measure = $measure)
group by f.entity, f.year
"""
"""The fullest file's word; numbers of files are below 65536."""

_DEPRIVATION = """
select s.urn::integer as urn, f.year::integer as year, f.value, c.edition_date as known_from
from core.school s
join core.entity e on e.entity_kind = 'lsoa' and e.entity = s.lsoa_code
join core.fact f on f.entity = e.entity_code
join core.file c using (file)
where f.symbol = 0 and c.edition_date is not null
  and f.measure = (select measure_code from core.measure_code where measure = 'imd_rank')
"""

SCHOOLS = """
select urn::integer as urn, coalesce(la_code, '') as la_code, name, phase::varchar as phase, type, kind,
    is_state_funded, status, open_date, close_date, urban_rural, type_group
from core.school order by urn
"""

_INTAKE = ("free_school_meals_ever_six", "sen_support", "ehc_plan", "english_additional_language")
"""What expectations rest on beside the deprivation of the school's neighbourhood, as far as it was published."""


@dataclass(frozen=True)
class Dated:
    """Figures of one measure: urn, year, value, known_from, sorted by urn and year.

    A successor has its predecessor's where it has none of its own.
    """

    frame: polars.DataFrame

    def latest(self, day: datetime.date, oldest: int) -> polars.DataFrame:
        """The newest figure of each school that was out by a day: urn, year, value; sorted by urn."""
        known = self.frame.filter(polars.col("known_from") <= day, polars.col("year") >= day.year - oldest)
        return known.unique("urn", keep="last", maintain_order=True)


class Known:
    """Everything dated that a build holds of England's schools, read once and asked day by day."""

    def __init__(self, query: Query) -> None:
        self._query = query
        self.schools = query(SCHOOLS).with_columns(
            model_of(polars.col("phase"), polars.col("kind")).alias("model"),
            polars.col("open_date", "close_date").cast(polars.Date),
        )
        self.inspections = inspections(query)
        self.visits = visits(query)
        self.links = history.links(query)
        self._kinds = query(results.SCHOOLS)
        self._codes = {kind: code for code, kind in enumerate(sorted(self._kinds["kind"].unique()))}
        self._kind_urn = self._kinds["urn"].to_numpy()
        self._kind = self._kinds["kind"].replace_strict(self._codes, return_dtype=polars.Int32).to_numpy()
        self._result_links = query(results.LINKS)
        self._facts: dict[str, Facts] = {}
        self._publications: dict[str, Publications] = {}
        self._dated: dict[str, Dated] = {}
        self._day: datetime.date | None = None
        self._standardised: dict[tuple[str, int], tuple[NDArray, NDArray]] = {}  # of that day
        self._residuals: dict[tuple[str, datetime.date], tuple[NDArray, NDArray]] = {}

    def standing(self, measure: str, group: str, day: datetime.date) -> Standing | None:
        """What was known of a measure on a day; None before its first publication."""
        return self.publications(measure).standing(group, day)

    def publications(self, measure: str) -> Publications:
        """What was published of a measure."""
        if measure not in self._publications:
            self._publications[measure] = Publications(measure, self.facts, self._kinds)
        return self._publications[measure]

    def facts(self, measure: str) -> Facts:
        """What files say of England's schools about a measure."""
        if measure not in self._facts:
            self._facts[measure] = Facts.read(self._query, measure, self._result_links)
        return self._facts[measure]

    def dated(self, measure: str) -> Dated:
        """All figures of a measure with the days they were published; 'imd_rank' is of the school's neighbourhood."""
        if measure not in self._dated:
            frame = self._query(_DEPRIVATION) if measure == "imd_rank" else self._query(_DATED, {"measure": measure})
            frame = frame.with_columns(polars.col("known_from").cast(polars.Date))
            earlier = (
                frame.rename({"urn": "earlier_urn"})
                .join(self.links.select("urn", "earlier_urn"), on="earlier_urn")
                .filter(polars.col("earlier_urn").n_unique().over("urn", "year") == 1)
                .join(frame, on=["urn", "year"], how="anti")
                .select(frame.columns)
            )
            self._dated[measure] = Dated(polars.concat([frame, earlier]).sort("urn", "year"))
        return self._dated[measure]

    def kind(self, urn: NDArray) -> NDArray:
        """Code of the kind of each school (phase, special, independent); -1 where not known."""
        place = np.minimum(np.searchsorted(self._kind_urn, urn), len(self._kind_urn) - 1)
        return np.where(self._kind_urn[place] == urn, self._kind[place], -1)

    def standardised(self, measure: str, day: datetime.date, oldest: int) -> tuple[NDArray, NDArray]:
        """Schools and their latest figures, in robust standard deviations from the middle of their kind."""
        if day != self._day:
            self._day, self._standardised = day, {}
        key = (measure, oldest)
        if key not in self._standardised:
            self._standardised[key] = self._in_deviations(measure, day, oldest)
        return self._standardised[key]

    def _in_deviations(self, measure: str, day: datetime.date, oldest: int) -> tuple[NDArray, NDArray]:
        found = self.dated(measure).latest(day, oldest)
        urn, value = found["urn"].to_numpy(), found["value"].to_numpy().astype(float)
        kind, standard = self.kind(urn), np.full(len(urn), np.nan)
        for one in np.unique(kind):
            mine = (kind == one) & np.isfinite(value)
            if mine.sum() >= LEAST_KNOWN:
                low, middle, high = np.quantile(value[mine], (0.1587, 0.5, 0.8413))
                standard[mine] = (value[mine] - middle) / ((high - low) / 2 or 1.0)
        return urn, standard

    def beside_intake(self, measure: str, day: datetime.date) -> tuple[NDArray, NDArray]:
        """Schools and how far their level is from what like intakes reach; empty where the intake is not known."""
        standing = self.standing(measure, "all", day)
        if standing is None:
            return np.array([], np.int64), np.array([])
        key = (measure, day)
        if key not in self._residuals:
            intake = [look_up(*self.standardised(one, day, oldest=12), standing.urn) for one in ("imd_rank", *_INTAKE)]
            intake = [column for column in intake if np.isfinite(column).mean() > 0.5]
            residual = np.full(len(standing.urn), np.nan)
            kind = self.kind(standing.urn)
            for one in np.unique(kind) if intake else ():
                mine = (kind == one) & np.isfinite(standing.level)
                design = np.column_stack(
                    [np.nan_to_num(np.clip(column[mine], -FARTHEST, FARTHEST)) for column in intake]
                )
                fitted = expected.fit(standing.level[mine], design, None)
                if fitted is not None:
                    residual[mine] = standing.level[mine] - expected.expect(fitted, design)
            self._residuals[key] = (standing.urn, residual)
        return self._residuals[key]


class Taker:
    """Takes the features of some schools on one day."""

    def __init__(self, known: Known, day: datetime.date, urn: NDArray, told: polars.DataFrame) -> None:
        self.known, self.day, self.urn, self.told = known, day, urn, told

    @singledispatchmethod
    def take(self, of) -> NDArray:
        """One number for each school."""
        raise TypeError(f"no way to take {of!r}")

    @take.register
    def _(self, of: Level) -> NDArray:
        return self._joined([self._standing(one, of.group, "level") for one in of.measures], first=of.first)

    @take.register
    def _(self, of: Trend) -> NDArray:
        return self._joined([self._standing(one, "all", "trend") for one in of.measures])

    @take.register
    def _(self, of: BesideIntake) -> NDArray:
        found = [look_up(*self.known.beside_intake(one, self.day), self.urn) for one in of.measures]
        return self._joined(found, first=of.first)

    @take.register
    def _(self, of: Latest) -> NDArray:
        found = [look_up(*self.known.standardised(one, self.day, of.oldest), self.urn) for one in of.measures]
        return self._joined(found, first=True)

    @take.register
    def _(self, of: Change) -> NDArray:
        (measure,) = of.measures
        frame = self.known.dated(measure).frame.filter(polars.col("known_from") <= self.day, polars.col("value") > 0)
        pairs = frame.join(frame.with_columns(polars.col("year") + of.years), on=["urn", "year"], suffix="_before")
        pairs = pairs.sort("urn", "year").unique("urn", keep="last", maintain_order=True)
        change = (pairs["value"] / pairs["value_before"]).to_numpy() - 1
        return look_up(pairs["urn"].to_numpy(), np.clip(change / of.years, -0.5, 0.5), self.urn)

    @take.register
    def _(self, of: History) -> NDArray:
        return self.told[of.column].to_numpy().astype(float)

    def _standing(self, measure: str, group: str, name: str) -> NDArray:
        standing = self.known.standing(measure, group, self.day)
        return np.full(len(self.urn), np.nan) if standing is None else standing.of(name, self.urn)

    @staticmethod
    def _joined(columns: list[NDArray], *, first: bool = False) -> NDArray:
        """The first known of several columns, or the mean of those that are known."""
        table = np.array(columns)
        if first:
            place = np.argmax(np.isfinite(table), axis=0)
            return table[place, np.arange(table.shape[1])]
        known = np.isfinite(table)
        count = known.sum(axis=0)
        return np.where(count > 0, np.where(known, table, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)


def matrix(known: Known, rows: polars.DataFrame, features: Iterable[Feature]) -> NDArray:
    """Rows × features, NaN where not known on the day.

    Args:
        rows: urn, as_of.
        features: the columns.
    """
    features = list(features)
    told = history.history(rows, known.inspections, known.links)
    table = np.full((rows.height, len(features)), np.nan)
    urn = rows["urn"].to_numpy()
    for (day,), part in rows.with_row_index("place").group_by("as_of", maintain_order=True):
        places = part["place"].to_numpy()
        taker = Taker(known, day, urn[places], told[places])
        for column, feature in enumerate(features):
            values = taker.take(feature.take)
            if not isinstance(feature.take, History):
                values = np.clip(values, -FARTHEST, FARTHEST)
            table[places, column] = values
    return table
