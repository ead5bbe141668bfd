"""Pupils drawn one by one, so that every published count adds up, and the sums that publications are made of.

The same code draws some thousand pupils of the sample and 600,000 of a synthetic England: nothing loops
over pupils.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from pipelines.sample.scenarios import FixedKs2

# Share reaching the standard in reading, maths, writing and grammar, England, by year: subject rates that
# go with the national figures of constants.py (level 4 or above until 2015, the expected standard since).
SUBJECT_RATES = {
    2011: (0.84, 0.80, 0.75, 0.75), 2012: (0.87, 0.84, 0.81, 0.75), 2013: (0.86, 0.85, 0.83, 0.74),
    2014: (0.89, 0.86, 0.85, 0.76), 2015: (0.89, 0.87, 0.87, 0.80), 2016: (0.66, 0.70, 0.74, 0.73),
    2017: (0.72, 0.75, 0.76, 0.77), 2018: (0.75, 0.76, 0.78, 0.78), 2019: (0.73, 0.79, 0.78, 0.78),
    2020: (0.73, 0.79, 0.78, 0.78), 2021: (0.73, 0.75, 0.72, 0.74), 2022: (0.75, 0.71, 0.69, 0.72),
    2023: (0.73, 0.73, 0.71, 0.72), 2024: (0.74, 0.73, 0.72, 0.72), 2025: (0.75, 0.74, 0.72, 0.73),
}  # fmt: skip
SCORE_SD = 7.6
SHARED_SD = 4.3
PROGRESS_SD = {"read": 6.1, "writ": 5.7, "mat": 5.3}
P8_SD = 1.27


@dataclass(frozen=True)
class Intake:
    """What the pupils of each school are like: arrays of one length, shares as fractions, effects in school
    SDs.
    """

    disadvantaged: np.ndarray
    eal: np.ndarray
    sen_support: np.ndarray
    sen_plan: np.ndarray
    boys: np.ndarray
    effect: np.ndarray
    prior: np.ndarray

    def __len__(self) -> int:
        return len(self.disadvantaged)


@dataclass
class Facts:
    """Sums per school over groups of pupils, worked out when first asked for.

    `school` holds the position of each pupil's school; `values` one number per pupil (NaN: not measured);
    `groups` one mask per group of pupils. Arrays that come back have one entry per school.
    """

    size: int
    school: np.ndarray
    values: dict[str, np.ndarray]
    groups: dict[str, np.ndarray | None]
    _sums: dict = field(default_factory=dict)

    def n(self, group: str = "all") -> np.ndarray:
        """Pupils of a group, per school."""
        return np.diff(self._members(group)[1]).astype(float)

    def _members(self, group: str) -> tuple[np.ndarray | slice, np.ndarray]:
        """Positions of a group's pupils, and where each school's begin among them (one more than schools)."""
        key = ("members", group)
        if key not in self._sums:
            mask = self.groups[group]
            chosen = slice(None) if mask is None else np.flatnonzero(mask)
            self._sums[key] = (chosen, np.searchsorted(self.school[chosen], np.arange(self.size + 1)))
        return self._sums[key]

    def total(self, measure: str, group: str = "all") -> np.ndarray:
        """Sum of a measure over the pupils of a group who have one, per school."""
        return self._pair(measure, group)[0]

    def measured(self, measure: str, group: str = "all") -> np.ndarray:
        """Pupils of a group who have the measure, per school."""
        return self._pair(measure, group)[1]

    def _pair(self, measure: str, group: str) -> tuple[np.ndarray, np.ndarray]:
        key = (measure, group)
        if key not in self._sums:
            chosen, begins = self._members(group)
            value = self.values[measure][chosen]
            if value.dtype == bool:
                self._sums[key] = (_between(value, begins).astype(float), self.n(group))
            else:
                has = ~np.isnan(value)
                total = _between(np.where(has, value, 0).astype(float), begins)
                self._sums[key] = (total, _between(has, begins).astype(float))
        return self._sums[key]


def _between(value: np.ndarray, begins: np.ndarray) -> np.ndarray:
    """Sums of stretches of an array: pupils stand in the order of their schools."""
    running = np.zeros(len(value) + 1, dtype=float if value.dtype == float else np.int32)
    np.cumsum(value, out=running[1:])
    return running[begins[1:]] - running[begins[:-1]]


def _normal_quantile(share: np.ndarray | float) -> np.ndarray:
    """Acklam's rational approximation of the normal quantile for 0.02 to 0.98, good to 1e-3 there."""
    centred = np.asarray(share) - 0.5
    square = centred * centred
    top = ((-39.6968302866538 * square + 220.946098424521) * square - 275.928510446969) * square + 138.357751867269
    top = (top * square - 30.6647980661472) * square + 2.50662827745924
    low = ((-54.4760987982241 * square + 161.585836858041) * square - 155.698979859887) * square + 66.8013118877197
    low = (low * square - 13.2806815528857) * square + 1
    return centred * top / low


def _people(intake: Intake, cohort: np.ndarray, rng: np.random.Generator) -> dict[str, np.ndarray]:
    school = np.repeat(np.arange(len(intake)), cohort)

    def chance(share: np.ndarray) -> np.ndarray:
        return rng.random(len(school), dtype=np.float32) < share[school]

    plan = chance(intake.sen_plan)
    return {
        "school": school,
        "boy": chance(intake.boys),
        "disadvantaged": chance(intake.disadvantaged),
        "eal": chance(intake.eal),
        "unclassified": rng.random(len(school), dtype=np.float32) < 0.004,
        "mobile": rng.random(len(school), dtype=np.float32) < 0.07,
        "plan": plan,
        "support": chance(intake.sen_support) & ~plan,
    }


def draw_ks2(
    intake: Intake,
    cohort: np.ndarray,
    year: int,
    rng: np.random.Generator,
    fixed: dict[int, FixedKs2] | None = None,
    luck: float = 1.0,
) -> Facts:
    """Draw the Year 6 pupils of every school and their results.

    `fixed` is by position of the school; `luck` scales what a school's year adds by chance (0 for a whole
    nation).
    """
    people = _people(intake, cohort, rng)
    school = people["school"]
    for position, wish in (fixed or {}).items():
        if wish.disadvantaged is not None:
            here = np.flatnonzero(school == position)
            people["disadvantaged"][here] = np.arange(len(here)) < wish.disadvantaged
    dis, plan = people["disadvantaged"], people["plan"]
    need = -0.55 * dis - 1.5 * plan - 0.7 * people["support"] + 0.32
    prior = rng.standard_normal(len(school), dtype=np.float32) * 0.85 + intake.prior[school] + need
    year_noise = luck * rng.normal(0, 0.5, len(intake))
    rates = dict(zip(("read", "mat", "writ", "gps"), SUBJECT_RATES[year], strict=True))
    values: dict[str, np.ndarray] = {}
    shared = rng.standard_normal(len(school), dtype=np.float32) * SHARED_SD
    known = rng.random(len(school), dtype=np.float32) > 0.04
    for subject, rate in rates.items():
        spread = PROGRESS_SD.get(subject, 5.8)
        own = np.sqrt(spread**2 - SHARED_SD**2)
        by_school = 2.2 * intake.effect + year_noise + luck * rng.normal(0, 0.6, len(intake))
        progress = by_school[school] + shared + own * rng.standard_normal(len(school), dtype=np.float32)
        progress = progress - 0.8 * (dis - 0.3)
        values["progress_" + subject] = progress
        mean = 100 + SCORE_SD * float(_normal_quantile(rate)) - 0.5
        values["latent_" + subject] = mean + 4.9 * prior + progress
    for position, wish in (fixed or {}).items():
        _fix_ks2(np.flatnonzero(school == position), wish, values, known)
    return _ks2_facts(len(intake), people, prior, known, values)


def _fix_ks2(here: np.ndarray, wish: FixedKs2, values: dict[str, np.ndarray], known: np.ndarray) -> None:
    """Move the pupils of one school so that the fixed passes and progress means come out exactly."""
    known[here] = np.arange(len(here)) < round(wish.coverage * len(here))
    if wish.passes is not None:
        names = ("latent_read", "latent_mat", "latent_writ")
        lowest = np.min([values[name][here] for name in names], axis=0)
        order = here[np.argsort(-lowest, kind="stable")]
        for name in names:
            values[name][order[: wish.passes]] = np.maximum(values[name][order[: wish.passes]], 101)
        values["latent_mat"][order[wish.passes :]] = np.minimum(values["latent_mat"][order[wish.passes :]], 97)
    for subject in ("maths", "reading", "writing"):
        target = getattr(wish, subject + "_progress")
        if target is not None:
            name = "progress_" + {"maths": "mat", "reading": "read", "writing": "writ"}[subject]
            values[name][here] += target - values[name][here].mean(dtype=float)
    if wish.reading_two_levels is not None:
        for name, fewer in (("read", 0), ("writ", 0), ("mat", 2)):
            enough = np.arange(len(here)) < wish.reading_two_levels - fewer
            values["progress_" + name][here] = np.where(enough, 1.0, -12.0)


def _ks2_facts(size: int, people: dict, prior: np.ndarray, known: np.ndarray, values: dict[str, np.ndarray]) -> Facts:
    out: dict[str, np.ndarray] = {}
    absent = np.abs(values["progress_gps"] % 0.37) < 0.003
    for subject in ("read", "mat", "gps", "writ"):
        latent = values["latent_" + subject]
        score = np.clip(np.floor(latent + 0.5), 80, 120)
        took = ~absent & (latent > 82)
        out[subject + "_exp"] = took & (score >= 100)
        out[subject + "_high"] = took & (score >= 110)
        out[subject + "_4b"] = took & (score >= 103)
        out[subject + "_at"] = absent
        out[subject + "_score"] = np.where(took, score, np.nan).astype(np.float32)
        if subject != "gps":
            progress = values["progress_" + subject]
            out[subject + "_progress"] = np.where(known, progress, np.nan).astype(np.float32)
            out[subject + "_two"] = np.where(known, progress > -8.4, np.nan).astype(np.float32)
    out["writ_wts"] = ~out["writ_exp"] & (values["latent_writ"] > 92)
    out["sci_exp"] = (values["latent_read"] + values["latent_mat"]) / 2 > 98
    for level in ("exp", "high", "4b"):
        out["rwm_" + level] = out["read_" + level] & out["mat_" + level] & out["writ_" + level]
    english = (values["latent_read"] + values["latent_writ"]) / 2
    out["eng_exp"], out["eng_high"], out["eng_at"] = english > 100, english > 109.5, absent
    out["engmat_exp"] = out["eng_exp"] & out["mat_exp"]
    out["engmat_high"] = out["eng_high"] & out["mat_high"]
    out["eng_two"] = np.where(known, (values["progress_read"] + values["progress_writ"]) / 2 > -7.2, np.nan).astype(
        np.float32
    )
    out["prior_points"] = np.where(known, np.clip(16 + 3.2 * prior, 3, 21), np.nan).astype(np.float32)
    out["points"] = np.clip(27 + (values["latent_read"] + values["latent_mat"] - 206) * 0.28, 15, 39)
    low, high = prior < -1.15, prior > 0.35
    groups = {
        "all": None,
        "B": people["boy"],
        "G": ~people["boy"],
        "L": low & known,
        "M": ~low & ~high & known,
        "H": high & known,
        "NA": ~known,
        "FSM": people["disadvantaged"],
        "NOTFSM": ~people["disadvantaged"],
        "EAL": people["eal"] & ~people["unclassified"],
        "ENG": ~people["eal"] & ~people["unclassified"],
        "UNC": people["unclassified"],
        "MOBN": ~people["mobile"],
        "PLAN": people["plan"],
        "SUPPORT": people["support"],
        "SEN": people["plan"] | people["support"],
        "NOSEN": ~(people["plan"] | people["support"]),
    }
    return Facts(size, people["school"], out, groups)


def draw_ks4(intake: Intake, cohort: np.ndarray, year: int, rng: np.random.Generator, luck: float = 1.0) -> Facts:
    """Draw the Year 11 pupils of every school and their results; `luck` as in `draw_ks2`."""
    people = _people(intake, cohort, rng)
    school = people["school"]
    count = len(school)
    dis = people["disadvantaged"]

    def noise(spread: float) -> np.ndarray:
        return rng.standard_normal(count, dtype=np.float32) * spread

    need = -0.7 * dis - 1.6 * people["plan"] - 0.65 * people["support"] + 0.33
    prior = noise(0.85) + intake.prior[school] + need
    by_school = 0.45 * intake.effect + luck * rng.normal(0, 0.09, len(intake))
    p8 = by_school[school] + noise(1.2) - 0.52 * (dis - 0.26) + 0.12 * ~people["boy"] - 0.11
    lift = {2021: 3.0, 2022: 2.2, 2023: 0.3}.get(year, 0.0)
    total = np.clip(46.8 + lift + 10.5 * prior + 10 * p8 - 2.5 * people["plan"], 0, 90)
    english = np.clip(total * 0.213 + noise(1.5), 0, 18)
    maths = np.clip(total * 0.194 + 1.6 * prior * 0.5 + noise(1.4), 0, 18)
    left = np.clip(total - english - maths, 0, None)
    ebacc = np.minimum(left * np.clip(0.487 + noise(0.06), 0.2, 0.8), 27)
    open_ = left - ebacc
    values = {
        "att8": english + maths + ebacc + open_,
        "att8eng": english,
        "att8mat": maths,
        "att8ebac": ebacc,
    }
    values["att8open"] = open_
    share = np.clip(0.88 + noise(0.08), 0, 1)
    values["att8openg"], values["att8openng"] = open_ * share, open_ * (1 - share)
    values["fill_ebac"] = np.clip(2.8 + noise(0.3), 0, 3)
    values["fill_open"] = np.clip(2.9 + noise(0.2), 0, 3)
    known = rng.random(count, dtype=np.float32) > 0.055
    parts = {name: p8 + noise(0.55) for name in ("eng", "mat", "ebac")}
    parts["open"] = (10 * p8 - 2 * parts["eng"] - 2 * parts["mat"] - 3 * parts["ebac"]) / 3
    adjusted = p8 < -3.0
    for name, part in {"": np.maximum(p8, -3.4), "orig": p8, **parts}.items():
        values["p8" + name] = np.where(known, part, np.nan).astype(np.float32)
    for name, least in (("eng", -0.72), ("mat", -0.58)):
        values[f"p8{name}_expected"] = np.where(known, parts[name] > least, np.nan).astype(np.float32)
    values["p8adj"] = adjusted & known
    values["prior_points"] = np.where(known, np.clip(28.5 + 4.4 * prior, 15, 36), np.nan).astype(np.float32)
    values["prior_score"] = np.where(known, np.clip(104 + 7 * prior, 80, 120), np.nan).astype(np.float32)
    _passes(values, people, english / 2, maths / 2, prior, luck * rng.normal(0, 0.7, len(intake)), rng, noise)
    low, high = prior < -1.0, prior > 0.25
    groups = {
        "all": None,
        "BOYS": people["boy"],
        "GIRLS": ~people["boy"],
        "LO": low & known,
        "AV": ~low & ~high & known,
        "HI": high & known,
        "FSM": dis,
        "NOTFSM": ~dis,
        "EAL": people["eal"] & ~people["unclassified"],
        "ENG": ~people["eal"] & ~people["unclassified"],
        "UNC": people["unclassified"],
        "NMOB": ~people["mobile"],
        "PLAN": people["plan"],
        "SUPPORT": people["support"],
        "SEN": people["plan"] | people["support"],
    }
    return Facts(len(intake), school, values, groups)


def _passes(
    values: dict,
    people: dict,
    english: np.ndarray,
    maths: np.ndarray,
    prior: np.ndarray,
    by_school: np.ndarray,
    rng: np.random.Generator,
    noise: Callable[[float], np.ndarray],
) -> None:
    """Entries and passes that follow from the grades in English and maths."""
    school = people["school"]
    count = len(school)
    values["eng_e"] = rng.random(count, dtype=np.float32) < np.clip(0.985 + 0.02 * prior, 0, 1)
    values["mat_e"] = rng.random(count, dtype=np.float32) < np.clip(0.99 + 0.02 * prior, 0, 1)
    for grade, least in (("94", 3.72), ("95", 4.72)):
        values["eng_" + grade] = values["eng_e"] & (english >= least)
        values["mat_" + grade] = values["mat_e"] & (maths >= least)
        values["basics_" + grade] = values["eng_" + grade] & values["mat_" + grade]
    policy = by_school[school]
    for name, base, slope in (("2sci", 1.7, 0.7), ("hum", 0.95, 0.4), ("lan", -0.25, 0.8)):
        entered = (base + slope * prior + policy * 0.5 + noise(1.0)) > 0
        values[name + "_e"] = entered
        mean = (english + maths) / 2 + noise(0.8)
        values[name + "_94"] = entered & (mean >= 3.9)
        values[name + "_95"] = entered & (mean >= 4.9)
        values[name + "_91"] = entered & (mean >= 1.0)
        values[name + "_va"] = np.where(entered & ~np.isnan(values["p8"]), values["p8ebac"] * 0.6, np.nan).astype(
            np.float32
        )
    values["eng_91"] = values["eng_e"] & (english >= 0.6)
    values["mat_91"] = values["mat_e"] & (maths >= 0.6)
    subjects = ("eng", "mat", "2sci", "hum", "lan")
    values["ebacc_e"] = np.all([values[name + "_e"] for name in subjects], axis=0)
    for grade in ("94", "95", "91"):
        values["ebacc_" + grade] = np.all([values[f"{name}_{grade}"] for name in subjects], axis=0)
    values["ebacc_points"] = np.clip((2 * english + 2 * maths + 3 * values["att8ebac"] / 1.3) / 10 * 0.9, 0, 9).astype(
        np.float32
    )
    values["five"] = values["basics_94"] & (values["att8"] > 34)
    values["any"] = values["att8"] > 1.5
    values["languages"] = values["lan_e"] & (prior > 1.35)
    values["three_sciences"] = values["2sci_e"] & (prior > 0.55)
    values["entries"] = np.clip(8.3 + 0.7 * prior + noise(0.7), 0, 13).astype(np.float32)
    values["entries_gcse"] = np.clip(values["entries"] - 0.6 + noise(0.3), 0, 12).astype(np.float32)
