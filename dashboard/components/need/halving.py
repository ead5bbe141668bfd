"""What closing a part of a gap takes, in children: by unit, by year, and held against what chance moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

Z = 1.959964
"""The normal quantile of a two-sided 95 % interval."""


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A place and what closing the part of its gap takes in a year.

    Attributes:
        children: disadvantaged children a year; reached: how many of them reach the standard.
        other: the rate of the other children, in %. part: of the gap, 0 to 1.
    """

    name: str
    key: str
    children: float
    reached: float
    other: float
    part: float
    note: str = ""

    @property
    def rate(self) -> float:
        """The share that reaches the standard now, in %."""
        return 100 * self.reached / self.children

    @property
    def gap(self) -> float:
        """Points behind the other children; below 0 where ahead."""
        return self.other - self.rate

    @property
    def more(self) -> float:
        """Children a year that closing the part of the gap takes."""
        return self.part * (self.other * self.children / 100 - self.reached)

    @property
    def by_chance(self) -> float:
        """How far the number that reaches the standard moves from year to year by chance alone, 95 of 100 times.

        1.96 √(n p (1 − p)), the binomial's.
        """
        share = self.reached / self.children
        return Z * sqrt(self.children * share * (1 - share))

    @property
    def is_enough(self) -> bool:
        """Whether what it takes is at least what chance alone moves."""
        return self.more >= self.by_chance


def remainder(whole: Unit, parts: Sequence[Unit], name: str) -> Unit | None:
    """What the whole has beyond its parts, so that the rows add up; None where it is nothing."""
    children = whole.children - sum(part.children for part in parts)
    reached = whole.reached - sum(part.reached for part in parts)
    if abs(children) < 0.5 and abs(reached) < 0.5:
        return None
    return Unit(name=name, key="", children=children, reached=reached, other=whole.other, part=whole.part)


def steps(more: float, years: int) -> list[float]:
    """Children more in each of the years, in equal steps, the last the whole."""
    return [more * year / years for year in range(1, years + 1)]
