"""Small pictures as data addresses: logo, series marks, sparklines; each a function of values."""

from collections.abc import Sequence
from urllib.parse import quote

from dash import html

from dashboard.figures.by_year import COUNTS
from dashboard.figures.look import LOOKS
from pipelines.measures import Measure


def _picture(body: str, width: int, height: int) -> str:
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{body}</svg>'
    return "data:image/svg+xml," + quote(svg, safe="/:=' ")


def logo() -> html.Img:
    """The product's mark: two intervals with their dots."""
    body = (
        '<rect x="2" y="6" width="17" height="5" fill="#6BACE6"/><circle cx="11" cy="8.5" r="4.5" '
        'fill="#fff"/>'
        '<rect x="10" y="19" width="18" height="5" fill="#6BACE6"/><circle cx="20" cy="21.5" r="4.5" '
        'fill="#fff"/>'
    )
    return html.Img(src=_picture(body, 30, 30), alt="", width="30", height="30")


_SHAPES = {
    "circle": '<circle cx="9" cy="9" r="5.6" {}/>',
    "square": '<rect x="4.8" y="4.8" width="8.4" height="8.4" {}/>',
    "diamond": '<path d="M9 2.8 15.2 9 9 15.2 2.8 9z" {}/>',
    "triangle-up": '<path d="M9 3.4 15 14.2H3z" {}/>',
    "triangle-down": '<path d="M9 14.6 3 3.8h12z" {}/>',
    "hexagon": '<path d="M9 3 14.2 6v6L9 15 3.8 12V6z" {}/>',
    "line-ns": '<rect x="7.4" y="2.6" width="3.2" height="12.8" {}/>',
}


def series_mark(key: str, *, hollow: bool = False) -> html.Img:
    """The mark of a comparator, 18 px square, decorative: the words beside it say the same."""
    series = LOOKS[key]
    paint = (
        f'fill="#fff" stroke="{series.color}" stroke-width="2.2"'
        if hollow
        else f'fill="{series.color}" stroke="{series.edge}" stroke-width="1"'
    )
    return html.Img(
        src=_picture(_SHAPES[series.symbol].format(paint), 18, 18),
        alt="",
        width="18",
        height="18",
        className="mark",
    )


def sparkline(
    values: Sequence[float | None],
    england: Sequence[float | None],
    scale: tuple[float, float],
    words: str,
) -> html.Img:
    """A line of 78 by 26 px, broken where a value is missing; England dotted; `words` is its alternative."""
    low, high = scale
    count = max(len(values), 2)

    def place(index: int, value: float) -> tuple[float, float]:
        share = 0.5 if high == low else min(max((value - low) / (high - low), 0), 1)
        return 5 + index * 68 / (count - 1), 22 - share * 18

    def path(numbers: Sequence[float | None]) -> str:
        words_of_path, pen_down = [], False
        for index, value in enumerate(numbers):
            if value is None:
                pen_down = False
                continue
            x, y = place(index, value)
            words_of_path.append(f"{'L' if pen_down else 'M'}{x:.1f} {y:.1f}")
            pen_down = True
        return "".join(words_of_path)

    dots = [(i, v) for i, v in enumerate(values) if v is not None]
    circles = "".join(
        '<circle cx="{:.1f}" cy="{:.1f}" r="{}" fill="#12436D"/>'.format(
            *place(i, v), 3.6 if (i, v) == dots[-1] else 1.6
        )
        for i, v in dots
    )
    body = (
        f'<path d="{path(england)}" fill="none" stroke="#3D3D3D" stroke-width="1.3" '
        'stroke-dasharray="1.5 2.5"/>'
        f'<path d="{path(values)}" fill="none" stroke="#12436D" stroke-width="1.8"/>{circles}'
    )
    return html.Img(src=_picture(body, 78, 26), alt=words, width="78", height="26")


CHANCE_END = 0.5
"""The right end of a chance strip, 1 where the interval goes beyond: the same for most rows, so that they compare."""


def chance_strip(probability: float, lower: float, upper: float, usual: float) -> html.Img:
    """An interval with its dot on a line of 206 by 22 px, and an upright line for the usual chance."""
    end = CHANCE_END if upper <= CHANCE_END else 1.0

    def x(share: float) -> float:
        return 3 + 200 * min(max(share, 0), end) / end

    body = (
        f'<line x1="3" y1="11" x2="203" y2="11" stroke="#CDD4DB"/>'
        f'<rect x="{x(lower):.1f}" y="7" width="{x(upper) - x(lower):.1f}" height="8" fill="#9DB8D1"/>'
        f'<line x1="{x(usual):.1f}" y1="2" x2="{x(usual):.1f}" y2="20" stroke="#3D3D3D" stroke-width="1.6"/>'
        f'<circle cx="{x(probability):.1f}" cy="11" r="5" fill="#12436D"/>'
    )
    words = (
        f"{100 * probability:.0f}%, between {100 * lower:.0f}% and {100 * upper:.0f}%; usual {100 * usual:.0f}%; "
        f"the line ends at {100 * end:.0f}%"
    )
    return html.Img(src=_picture(body, 206, 22), alt=words, width="206", height="22")


def spark_range(measure: Measure, values: Sequence[float | None]) -> tuple[float, float]:
    """The range of a sparkline: what it draws, but never less than a quarter of the measure's axis."""
    known = [value for value in values if value is not None] or list(measure.axis)
    low, high = (0, max(known)) if measure.unit.key in COUNTS else measure.axis
    middle, half = (min(known) + max(known)) / 2, max(max(known) - min(known), (high - low) / 4) / 2
    return middle - half, middle + half
