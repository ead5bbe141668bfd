"""What all of England's published inspections teach, kept with the program for files that hold too few to learn from.

An authority that has no national inspection lists, and the fictional sample, cannot train a model of their own that is
worth having. These coefficients were learnt from the whole of England, one set for each day on which a tested school
year begins, each from reports that were out by then, and one for the day of the newest files. They are numbers about
England, not about any school. `learn` makes them anew from a national build; a test holds the file against it.
"""

import datetime
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipelines.risk import evaluate, lists, splits
from pipelines.risk.features import Feature
from pipelines.risk.matrix import Known
from pipelines.risk.models import CANDIDATES, Encoded, Linear
from pipelines.risk.question import MODELS
from pipelines.risk.training import Evidence, fit_concern, gather

KEY, LABEL = "national", "logistic regression learnt from all of England"
PATH = Path(__file__).with_name("national.json")
FIRST_LEARNT_FROM = 2006
"""The first school year whose inspections a model may learn from: short-notice inspections began in September 2005."""

DECIMALS = 6
_LOGISTIC = next(one for one in CANDIDATES if one.key == "logistic")


def is_needed(evidence: Evidence, day: datetime.date) -> bool:
    """Whether the files hold too few inspections of the last years, by a day, to learn from them."""
    year = evidence.inspected["year"].to_numpy()
    recent = evidence.is_out(day) & (year >= lists.school_year(day) - splits.WINDOW)
    return int(recent.sum()) < splits.ENOUGH


def of(model: str, features: Sequence[Feature], day: datetime.date) -> tuple[Linear, tuple[Linear, ...]] | None:
    """The coefficients that were known on a day, and those of refits on draws of authorities; None before the first."""
    known = {datetime.date.fromisoformat(one): sets for one, sets in _read().get(model, {}).items()}
    out = [one for one in known if one <= day]
    if not out:
        return None
    first, *members = (_linear(one, features) for one in known[max(out)])
    return first, tuple(members)


def learn(known: Known, until: datetime.date) -> dict:
    """Model → day → coefficients: the fit, and refits on draws of authorities for the last day."""
    found: dict[str, dict[str, list]] = {}
    for model in MODELS:
        evidence = gather(known, model, FIRST_LEARNT_FROM, lists.school_year(until), until)
        days = [datetime.date(year - 1, 9, 1) for year in range(splits.FIRST_LEARNT, lists.school_year(until) + 1)]
        found[model] = {}
        for day in [*days, until]:
            times = evaluate.draws_of(evidence.inspected["la_code"].to_numpy(), draws=_LOGISTIC.members)
            columns = range(times.shape[1]) if day == until else range(1)
            fits = [fit_concern(_LOGISTIC, evidence, day, times[:, one]) for one in columns]
            found[model][day.isoformat()] = [_plain(fit, evidence.features) for fit in fits]
    return found


def write(found: dict, path: Path = PATH) -> None:
    """Writes what `learn` found, one set of coefficients a line."""
    lines = []
    for model, days in found.items():
        sets = ",\n".join(
            f"  {json.dumps(day)}: [\n" + ",\n".join(f"   {json.dumps(one)}" for one in fits) + "\n  ]"
            for day, fits in days.items()
        )
        lines.append(f" {json.dumps(model)}: {{\n{sets}\n }}")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def _read() -> dict:
    return json.loads(PATH.read_text()) if PATH.exists() else {}


def _plain(fitted: Linear, features: Sequence[Feature]) -> dict:
    """Intercept, and for each feature that is used: fill, middle, scale, coefficient, and that of not knowing it."""
    encoded = fitted.encoded
    used, tells = np.flatnonzero(encoded.used), np.flatnonzero(encoded.tells)
    weight = dict(zip(used.tolist(), fitted.coefficients[: len(used)].tolist(), strict=True))
    unknown = dict(zip(tells.tolist(), fitted.coefficients[len(used) :].tolist(), strict=True))
    told = {}
    for place, coefficient in weight.items():
        numbers = [encoded.fill[place], encoded.middle[place], encoded.scale[place], coefficient]
        numbers += [unknown[place]] if place in unknown else []
        told[features[place].key] = [round(float(one), DECIMALS) for one in numbers]
    return {"intercept": round(fitted.intercept, DECIMALS), "features": told}


def _linear(plain: dict, features: Sequence[Feature]) -> Linear:
    told = plain["features"]
    size = len(features)
    fill, middle, scale = np.zeros(size), np.zeros(size), np.ones(size)
    used, tells = np.zeros(size, bool), np.zeros(size, bool)
    weight, unknown = [], []
    for place, feature in enumerate(features):
        if feature.key not in told:
            continue
        fill[place], middle[place], scale[place], coefficient, *rest = told[feature.key]
        used[place], tells[place] = True, bool(rest)
        weight.append(coefficient)
        unknown += rest
    encoded = Encoded(used, fill, middle, scale, tells)
    return Linear(encoded, np.array(weight + unknown), plain["intercept"])
