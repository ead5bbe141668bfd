"""The candidates, dull ones first. Each says a probability, and what each feature adds to it, exactly.

Every model is additive on the scale of log odds: intercept + the sum of one contribution for each feature. Interactions
are left out on purpose, so that a reason is a reason whatever the other features are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from pipelines.risk.features import THEMES, Feature
from pipelines.statistics.ranking import area_under_the_curve

LEAST_KNOWN, LEAST_OF_FEW = 100, 1 / 3
"""Training rows with a feature known below which a model does not use it, or where there are few rows the share of
them; our judgement, fixed before any test."""

BINS = 40
"""Values that a curve tells apart: each has hundreds of schools; finding the limits of more takes most of a fit."""

RESULTS = ("progress_8", "progress", "attainment_8", "expected_standard")
"""Features that schools are ordered by where there is no model, the usual first."""

LEAST_VALUES = 2
"""Different values below which a feature says nothing."""


class Fitted(Protocol):
    """A model that was fitted on some features."""

    intercept: float

    @property
    def used(self) -> NDArray:
        """Which of the features it looks at."""

    def contributions(self, values: NDArray) -> NDArray:
        """Rows × features: what each adds to the log odds, beside the intercept; 0 where the model does not use it."""


def log_odds(fitted: Fitted, values: NDArray) -> NDArray:
    """Log odds of each row: the intercept and the sum of its contributions."""
    return fitted.intercept + fitted.contributions(values).sum(axis=1)


def probability(fitted: Fitted, values: NDArray) -> NDArray:
    """Probability of each row."""
    return expit(log_odds(fitted, values))


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One way to make a model.

    Attributes:
        key, label: the label is for readers.
        order: how simple it is, the simplest first.
        fit: (features, values, is_case, weight) → model; the values are rows × features with NaN.
        sees: whether it may look at a feature; what a school's intake is, none that is shipped may.
        is_shipped: whether a list may come from it.
        members: how often it is refitted for intervals; fewer where a fit takes seconds.
    """

    key: str
    label: str
    order: int
    fit: Callable[[Sequence[Feature], NDArray, NDArray, NDArray], Fitted]
    sees: Callable[[Feature], bool] = lambda feature: feature.theme in THEMES
    is_shipped: bool = True
    members: int = 40

    def fitted(self, features: Sequence[Feature], values: NDArray, is_case: NDArray, weight: NDArray) -> Fitted:
        """The model of training rows, which knows only what the candidate may see."""
        seen = np.array([self.sees(feature) for feature in features], bool)
        return self.fit(features, np.where(seen, values, np.nan), is_case, weight)


@dataclass(frozen=True)
class Encoded:
    """How features become columns of a linear model, learnt from the rows that it is trained on.

    Attributes:
        used: columns of the features that are used.
        fill: what stands for a missing value. middle, scale: what is taken off and divided by.
        tells: whether there is a column for not knowing it.
    """

    used: NDArray
    fill: NDArray
    middle: NDArray
    scale: NDArray
    tells: NDArray

    @classmethod
    def learn(cls, features: Sequence[Feature], values: NDArray) -> "Encoded":
        """The encoding of training rows."""
        used = np.array([is_usable(values[:, place]) for place in range(len(features))], bool)
        fill = np.zeros(len(features))
        for place, feature in enumerate(features):
            known = values[np.isfinite(values[:, place]), place]
            fill[place] = np.median(known) if feature.missing == "middle" and known.size else 0.0
        missing = ~np.isfinite(values)
        full = np.where(missing, fill, values)
        # of the known alone: a figure that few have yet must not grow when all have it
        scale = np.array([column[np.isfinite(column)].std() if np.isfinite(column).any() else 0 for column in values.T])
        tells = np.array([feature.tells for feature in features]) & missing.any(axis=0) & used
        return cls(used, fill, full.mean(axis=0), np.where(scale > 0, scale, 1.0), tells)

    def columns(self, values: NDArray) -> tuple[NDArray, NDArray]:
        """Standardised columns of the used features and of their absence, and which feature each is of."""
        missing = ~np.isfinite(values)
        standard = (np.where(missing, self.fill, values) - self.middle) / self.scale
        places = np.concatenate([np.flatnonzero(self.used), np.flatnonzero(self.tells)])
        return np.hstack([standard[:, self.used], missing[:, self.tells].astype(float)]), places


def is_usable(column: NDArray) -> bool:
    """Whether enough rows know a feature, and not all the same of it."""
    known = column[np.isfinite(column)]
    enough = min(LEAST_KNOWN, LEAST_OF_FEW * len(column))
    return len(known) >= enough and len(np.unique(known)) >= LEAST_VALUES


@dataclass(frozen=True)
class Linear:
    """A logistic regression on encoded features."""

    encoded: Encoded
    coefficients: NDArray
    intercept: float

    @property
    def used(self) -> NDArray:
        """Which of the features it looks at."""
        return self.encoded.used

    def contributions(self, values: NDArray) -> NDArray:
        """Coefficient × column, the column for not knowing a feature counted with the feature."""
        columns, places = self.encoded.columns(values)
        found = np.zeros(values.shape)
        np.add.at(found, (slice(None), places), columns * self.coefficients)
        return found


def fit_logistic(strength: float) -> Callable[..., Linear]:
    """A logistic regression with squared penalty; `strength` is scikit-learn's C, the smaller the more drawn to 0."""

    def fit(features: Sequence[Feature], values: NDArray, is_case: NDArray, weight: NDArray) -> Linear:
        encoded = Encoded.learn(features, values)
        columns, _ = encoded.columns(values)
        if not columns.shape[1]:
            return Linear(encoded, np.zeros(0), base_log_odds(is_case, weight))
        model = LogisticRegression(C=strength, max_iter=2000).fit(columns, is_case, sample_weight=weight)
        return Linear(encoded, model.coef_[0], float(model.intercept_[0]))

    return fit


def fit_single_best(features: Sequence[Feature], values: NDArray, is_case: NDArray, weight: NDArray) -> Linear:
    """The one feature that orders the training rows best, as the table a school would be ranked by today."""
    best, most = None, 0.0
    for place in range(len(features)):
        if is_usable(values[:, place]):
            known = np.isfinite(values[:, place])
            apart = abs(area_under_the_curve(is_case[known], values[known, place]) - 0.5) * known.mean()
            best, most = (place, apart) if apart > most else (best, most)
    alone = np.full(values.shape, np.nan)
    if best is not None:
        alone[:, best] = values[:, best]
    return fit_logistic(1.0)(features, alone, is_case, weight)


def fit_results(features: Sequence[Feature], values: NDArray, is_case: NDArray, weight: NDArray) -> Linear:
    """The first of RESULTS that the training rows know: the table that officers sort by today."""
    keys = [feature.key for feature in features]
    known = [keys.index(key) for key in RESULTS if key in keys and is_usable(values[:, keys.index(key)])]
    held = np.where(np.isin(np.arange(len(keys)), known[:1]), values, np.nan)
    return fit_logistic(1.0)(features, held, is_case, weight)


def fit_previous_grade(features: Sequence[Feature], values: NDArray, is_case: NDArray, weight: NDArray) -> Linear:
    """What the last inspection found and how long ago: what an officer without a model would go by."""
    wanted = {"previous_grade", "previous_concern"} | {
        f"years_since_{what}" for what in ("outstanding", "good", "concern")
    }
    held = np.where([feature.key in wanted for feature in features], values, np.nan)
    return fit_logistic(1.0)(features, held, is_case, weight)


def fit_points(features: Sequence[Feature], values: NDArray, is_case: NDArray, weight: NDArray) -> Linear:
    """A point for each feature in the worst quarter of its kind, all points alike: a checklist."""
    worst = _Ticks.learn(features, values)
    ticks = worst.columns(values).sum(axis=1, keepdims=True)
    model = LogisticRegression(C=1e6, max_iter=1000).fit(ticks, is_case, sample_weight=weight)
    return replace(worst, each=float(model.coef_[0, 0]), intercept=float(model.intercept_[0]))


@dataclass(frozen=True)
class _Ticks:
    """Limits beyond which a feature gets a point, and what a point is worth."""

    limits: NDArray
    sign: NDArray
    each: float = 0.0
    intercept: float = 0.0

    @property
    def used(self) -> NDArray:
        """Which of the features may get a point."""
        return np.isfinite(self.limits)

    @classmethod
    def learn(cls, features: Sequence[Feature], values: NDArray) -> "_Ticks":
        sign = np.array([{"low": -1.0, "high": 1.0, None: 0.0}[feature.worse] for feature in features])
        limits = np.full(len(features), np.inf)
        for place in np.flatnonzero(sign):
            if is_usable(values[:, place]):
                limits[place] = np.nanquantile(sign[place] * values[:, place], 0.75)
        return cls(limits, sign)

    def columns(self, values: NDArray) -> NDArray:
        with np.errstate(invalid="ignore"):
            return (self.sign * values > self.limits).astype(float)

    def contributions(self, values: NDArray) -> NDArray:
        """What a point is worth, for each feature that has one."""
        return self.each * self.columns(values)


@dataclass(frozen=True)
class Additive:
    """Gradient boosting without interactions: a curve for each feature, read off the fitted trees.

    Attributes:
        used: columns that the trees saw. intercept: log odds of a row of which nothing is known.
    """

    model: HistGradientBoostingClassifier
    used: NDArray
    intercept: float

    @threadpool_limits.wrap(limits=1)
    def contributions(self, values: NDArray) -> NDArray:
        """Exact: the log odds of a row that knows this feature only, less those of a row that knows nothing."""
        found = np.zeros(values.shape)
        for place, column in enumerate(np.flatnonzero(self.used)):
            known, where = np.unique(values[:, column], return_inverse=True)
            alone = np.full((len(known), int(self.used.sum())), np.nan)
            alone[:, place] = known
            found[:, column] = (self.model.decision_function(alone) - self.intercept)[where]
        return found


@dataclass(frozen=True)
class Constant:
    """The same for every school: what is left where no feature is known of enough rows."""

    used: NDArray
    intercept: float

    def contributions(self, values: NDArray) -> NDArray:
        """Nothing from any feature."""
        return np.zeros(values.shape)


def fit_additive(rate: float, rounds: int) -> Callable[..., Additive | Constant]:
    """Boosted trees of one feature each; each curve may only rise (or fall) where the declaration says which is worse.

    scikit-learn keeps missing values as a branch of their own. Few leaves and many rows in each keep curves smooth. One
    thread only: on a busy machine two wait for each other far longer than they save.

    Args:
        rate, rounds: learning rate and number of trees.
    """

    @threadpool_limits.wrap(limits=1)
    def fit(features: Sequence[Feature], values: NDArray, is_case: NDArray, weight: NDArray) -> Additive | Constant:
        used = np.array([is_usable(values[:, place]) for place in range(len(features))], bool)
        if not used.any():
            return Constant(used, base_log_odds(is_case, weight))
        direction = [{"low": -1, "high": 1, None: 0}[feature.worse] for feature in features]
        model = HistGradientBoostingClassifier(
            learning_rate=rate,
            max_iter=rounds,
            max_leaf_nodes=4,
            max_bins=BINS,
            min_samples_leaf=40,
            l2_regularization=5.0,
            interaction_cst="no_interactions",
            monotonic_cst=[one for one, is_used in zip(direction, used, strict=True) if is_used],
            early_stopping=False,
            random_state=0,
        ).fit(values[:, used], is_case, sample_weight=weight)
        nothing = np.full((1, int(used.sum())), np.nan)
        return Additive(model, used, float(model.decision_function(nothing)[0]))

    return fit


def base_log_odds(is_case: NDArray, weight: NDArray) -> float:
    """Log odds of the weighted share of cases, kept off 0 and 1."""
    share = np.clip(np.average(is_case, weights=weight), 1e-4, 1 - 1e-4)
    return float(np.log(share / (1 - share)))


CANDIDATES: tuple[Candidate, ...] = (
    Candidate(key="results", label="the latest results alone", order=1, fit=fit_results),
    Candidate(key="previous_grade", label="the last inspection and how long ago", order=2, fit=fit_previous_grade),
    Candidate(key="single_best", label="the single best figure", order=3, fit=fit_single_best),
    Candidate(key="points", label="points, one for each figure in the worst quarter", order=4, fit=fit_points),
    Candidate(key="logistic", label="logistic regression", order=5, fit=fit_logistic(0.05)),
    Candidate(
        key="additive", label="boosted curves, one for each figure", order=6, fit=fit_additive(0.06, 150), members=12
    ),
    Candidate(
        key="free_school_meals",
        label="free school meals alone (only to compare)",
        order=7,
        fit=fit_logistic(1.0),
        sees=lambda feature: feature.key == "free_school_meals",
        is_shipped=False,
    ),
    Candidate(
        key="with_intake",
        label="logistic regression with intake and size (only to see what that would change)",
        order=8,
        fit=fit_logistic(0.05),
        sees=lambda feature: True,
        is_shipped=False,
    ),
)
"""All candidates, the simplest first."""

TIMING = Candidate(
    key="timing", label="boosted curves of when an inspection comes", order=1, fit=fit_additive(0.15, 60)
)
"""How the chance of an inspection within the year is fitted: the same way for every model."""
