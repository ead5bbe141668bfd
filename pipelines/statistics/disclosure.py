"""Disclosure control: which small numbers are hidden, which others must go with them, which totals may stand.

The policy is argued in docs/decisions/0013. Its mathematics is one statement about a
*block*: hidden whole numbers whose sum is known. A number of a block cannot be told more closely than before when the
other numbers have enough room to make up for it, also after one of them, the largest, is known to an insider. A
*layer* keeps the sums that are known as blocks that do not overlap, so that every sum that can be worked out from
known ones is a union of blocks.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

REASON = "small number of pupils, here or in a figure that would give it away"
"""Why a school's figure is hidden. One reason for both cases: two would tell which of two hidden figures is small."""

REASON_TOTAL = "a school's small number could be worked out from this total"
"""Why a total is withheld."""

REASON_OVERLAP = "this total overlaps with one already shown, and the difference would be about few schools"
"""Why a total is withheld that cuts across others."""

REASON_YEARS = "one of the years is hidden"
"""Why a pooled figure is hidden: with it and the other years the hidden year could be worked out."""

REASON_SIDES = "one side of the gap is hidden"
"""Why a gap is hidden."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The thresholds, of pupils.

    Attributes:
        smallest: the smallest count that may be shared; a count below, or whose complement is below, is hidden.
        all_or_none_below: 0 % and 100 % of fewer pupils than this are hidden.
    """

    smallest: int = 6
    all_or_none_below: int = 11

    @property
    def width(self) -> int:
        """How far apart the limits of a hidden number must stay: 5 when 0 to 5 are hidden."""
        return self.smallest - 1

    def sentence(self) -> str:
        """The policy as the note of a saved table."""
        return (
            f"Figures about fewer than {self.smallest} pupils, or all but fewer than {self.smallest}, are hidden with "
            "their numerators, denominators and percentages, and so are 0% and 100% of fewer than "
            f"{self.all_or_none_below} pupils. Figures from which a hidden one could be worked out are hidden or "
            "withheld too. A hidden figure says so in its status; it is never 0."
        )


@dataclass(frozen=True)
class Numbers:
    """Hidden or hideable whole numbers: rows are kinds of count, columns are schools; NaN where there is none.

    Attributes:
        true: the number.
        low, high: what anybody may know of it when it is hidden, from the policy and the school's own figures.
        slack: how far a number may be off, because percentages are rounded: so much of what others make up for does
            not count.
        partners: rows that move together within a school, and rows that then move the other way: who reached a
            measure and who of the same pupils did not. What one school can make up for is what all of them allow.
    """

    true: NDArray
    low: NDArray
    high: NDArray
    partners: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = ()
    slack: float = 0.0

    def room(self) -> tuple[NDArray, NDArray]:
        """How far each number may rise and fall; 0 where there is none."""
        return np.nan_to_num(self.high - self.true), np.nan_to_num(self.true - self.low)

    def help(self) -> tuple[NDArray, NDArray]:
        """How far each number may rise and fall to make up for others, its partners moving with it."""
        rise, fall = (room.copy() for room in self.room())
        is_absent = np.isnan(self.true)
        for along, against in self.partners:
            ways = np.array([*(rise[row] for row in along), *(fall[row] for row in against)])
            back = np.array([*(fall[row] for row in along), *(rise[row] for row in against)])
            absent = is_absent[[*along, *against]]
            up = np.where(absent.all(axis=0), 0.0, np.where(absent, np.inf, ways).min(axis=0))
            down = np.where(absent.all(axis=0), 0.0, np.where(absent, np.inf, back).min(axis=0))
            rise[list(along)], fall[list(along)] = up, down
            rise[list(against)], fall[list(against)] = down, up
        return rise, fall

    def of(self, columns: NDArray) -> "Numbers":
        """The numbers of some schools."""
        return Numbers(self.true[:, columns], self.low[:, columns], self.high[:, columns], self.partners, self.slack)


def _made_up_for(room: NDArray) -> NDArray:
    """What the other numbers of a block can make up for, without the one that helps most: an insider's."""
    if room.shape[1] < 3:
        return np.zeros_like(room)
    largest = np.partition(room, -2, axis=1)[:, -2:]
    is_largest = room == largest[:, 1:]
    is_only = is_largest & (is_largest.sum(axis=1, keepdims=True) == 1)
    roomiest_other = np.where(is_only, largest[:, :1], largest[:, 1:])
    return room.sum(axis=1, keepdims=True) - room - roomiest_other


def is_safe(block: Numbers, width: int) -> bool:
    """Whether the known sum of a block leaves each number its range, also when one other number is known.

    A number keeps its range when its limits stay `width` apart, or as far as they were before. The limits of x with
    a known sum are max(low, x - what the others can rise) and min(high, x + what the others can fall): exact for an
    outsider, and for an insider who knows the roomiest other number.
    """
    rise, fall = block.room()
    helped_up, helped_down = block.help()
    down, up = (np.maximum(_made_up_for(room) - block.slack, 0.0) for room in (helped_down, helped_up))
    reach = np.minimum(rise, down) + np.minimum(fall, up)
    return bool(np.all(reach >= np.minimum(width, rise + fall)))


def companions(numbers: Numbers, hidden: NDArray, order: Iterable[int], width: int) -> NDArray:
    """The hidden columns and as many more, in the given order, as make the block of all of them safe.

    Numbers without room both ways protect nothing and are passed over, unless no others are left.

    Args:
        numbers: of all schools whose sum is public, hidden or not.
        hidden: which columns are hidden already (boolean); the answer has these and the added ones.
        order: columns that may be hidden, the least useful to show first.
    """
    hidden = hidden.copy()
    if not hidden.any() or is_safe(numbers.of(np.flatnonzero(hidden)), width):
        return hidden
    rise, fall = numbers.help()
    is_useful = ((rise > 0) & (fall > 0)).any(axis=0)
    waiting = [column for column in order if not hidden[column]]
    for column in sorted(waiting, key=lambda column: not is_useful[column]):
        hidden[column] = True
        if is_safe(numbers.of(np.flatnonzero(hidden)), width):
            break
    return hidden


class Layer:
    """The hidden numbers of schools for one kind of count, and the sums over them that are known."""

    def __init__(self, schools: NDArray, numbers: Numbers, hidden: NDArray, width: int) -> None:
        self.place = {int(school): column for column, school in enumerate(schools)}
        self.numbers = numbers
        self.width = width
        self.hidden = frozenset(int(school) for school in schools[hidden])
        self._blocks: list[tuple[frozenset[int], bool]] = [(self.hidden, False)] if self.hidden else []
        self._tangled: set[int] = set()
        self._answers: dict[frozenset[int], str] = {}

    def _split(self, members: frozenset[int]) -> list[tuple[frozenset[int], frozenset[int], bool]] | None:
        """The parts that a sum over `members` would make known: (inside, outside, was known), or None if it cuts
        across."""
        inside = members & self.hidden
        if not inside:
            return []
        if inside & self._tangled:
            return None
        touched = [(block, known) for block, known in self._blocks if block & inside]
        changed = [(block & inside, block - inside, known) for block, known in touched if block - inside or not known]
        return changed if len(changed) <= 1 else None

    def refuses(self, members: frozenset[int]) -> str:
        """Why the sum over `members` may not be shared; empty when it may."""
        inside = members & self.hidden
        if inside not in self._answers:
            self._answers[inside] = self._refusal(inside)
        return self._answers[inside]

    def _refusal(self, members: frozenset[int]) -> str:
        parts = self._split(members)
        if parts is None:
            return REASON_OVERLAP
        for inside, outside, was_known in parts:
            blocks = [inside, outside] if was_known else [inside]
            if not all(is_safe(self.numbers.of(self._columns(block)), self.width) for block in blocks):
                return REASON_TOTAL
        return ""

    def learn(self, members: frozenset[int]) -> None:
        """Takes the sum over `members` as known; one that cuts across others locks every block it touches."""
        parts = self._split(members)
        if parts is None:
            self._tangled |= {school for block, _ in self._blocks if block & members for school in block}
            self._answers.clear()
            return
        for inside, outside, was_known in parts:
            self._answers.clear()
            self._blocks.remove((inside | outside, was_known))
            self._blocks += [(block, known) for block, known in ((inside, True), (outside, was_known)) if block]

    def _columns(self, block: frozenset[int]) -> NDArray:
        return np.array(sorted(self.place[school] for school in block), dtype=int)

    def known(self) -> Iterator[frozenset[int]]:
        """The blocks whose sums are known."""
        return (block for block, known in self._blocks if known)
