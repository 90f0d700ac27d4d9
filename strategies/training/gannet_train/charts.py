"""Charts as inline SVG; colours are the page's CSS variables, so they follow the colour scheme.

Numbers are written with fixed digits: equal runs draw equal pages.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

WIDTH, WIDE, SMALL, HEIGHT = 640.0, 1160.0, 380.0, 300.0
LEFT, RIGHT, TOP, BOTTOM = 66.0, 14.0, 12.0, 40.0

# More points than pixels draw nothing more.
POINTS_MAX = 600


@dataclass(frozen=True)
class Series:
    """A line, or dots with whiskers; ``kind`` names the colour, a class of the style sheet."""

    name: str
    kind: str
    x: Sequence[float] | np.ndarray
    y: Sequence[float] | np.ndarray
    spread: Sequence[float] = ()  # of dots: the length of the whisker on each side


@dataclass(frozen=True)
class Axis:
    """What an axis shows, and how its ticks are written."""

    title: str
    write: Callable[[float], str] | None = None

    def written(self, values: Sequence[float]) -> list[str]:
        """Write its ticks."""
        return [self.write(value) for value in values] if self.write else numbers(values)


@dataclass(frozen=True)
class Bar:
    """A horizontal bar with an optional whisker of that length on each side of its end."""

    name: str
    value: float
    spread: float = 0.0


def lines(
    series: Sequence[Series],
    x: Axis,
    y: Axis,
    *,
    marks: Sequence[tuple[float, str]] = (),
    width: float = WIDTH,
) -> str:
    """Draw lines over common axes; ``marks`` are vertical lines with a word at the top."""
    xs = np.concatenate([np.asarray(one.x, dtype=float) for one in series])
    ys = np.concatenate([_reach(one) for one in series])
    has_dots = any(len(one.spread) for one in series)
    frame = _Frame(_bounds(xs, 0.03 if has_dots else 0.0), _bounds(ys, 0.05), width)
    parts = [frame.grid(x, y)]
    for at, word in marks:
        px = frame.x(at)
        parts.append(
            f'<line class="mark" x1="{px:.1f}" x2="{px:.1f}" y1="{TOP}" y2="{frame.base}"/>'
        )
        anchor, shift = ("end", -5) if px > width * 0.94 else ("start", 5)
        parts.append(
            f'<text class="tick" text-anchor="{anchor}" x="{px + shift:.1f}" y="{TOP + 12}">'
            f"{escape(word)}</text>"
        )
    parts += [frame.line(one) for one in series]
    legend = "".join(
        f'<span><i class="swatch {one.kind}"></i>{escape(one.name)}</span>' for one in series
    )
    return f'<div class="legend">{legend}</div>{_svg("".join(parts), HEIGHT, width)}'


def bars(items: Sequence[Bar], kind: str, title: str, *, width: float = WIDTH) -> str:
    """Draw horizontal bars, the first on top."""
    row, label = 19.0, 190.0
    height = TOP + row * len(items) + BOTTOM
    low = min(0.0, *(item.value - item.spread for item in items))
    high = max(0.0, *(item.value + item.spread for item in items))
    if high - low == 0.0:
        high = 1.0
    span = width - label - RIGHT - 6.0

    def px(value: float) -> float:
        return label + (value - low) / (high - low) * span

    base = height - BOTTOM
    parts = []
    across = ticks(low, high, 5)
    for at, text in zip(map(px, across), numbers(across), strict=True):
        parts.append(f'<line class="grid" x1="{at:.1f}" x2="{at:.1f}" y1="{TOP}" y2="{base}"/>')
        parts.append(_text(at, base + 15, "middle", text))
    for place, item in enumerate(items):
        y = TOP + row * place
        left, right = sorted((px(0.0), px(item.value)))
        parts.append(
            f'<rect class="{kind}" x="{left:.1f}" y="{y + 3:.1f}" width="{right - left:.1f}" '
            f'height="{row - 6:.1f}" rx="2"/>'
        )
        if item.spread > 0.0:
            ends = px(item.value - item.spread), px(item.value + item.spread)
            middle = y + row / 2
            parts.append(
                f'<line class="whisker" x1="{ends[0]:.1f}" x2="{ends[1]:.1f}" '
                f'y1="{middle:.1f}" y2="{middle:.1f}"/>'
            )
        parts.append(_text(label - 8, y + row / 2 + 4, "end", item.name))
    parts.append(_text(label + span / 2, height - 6, "middle", title, "title"))
    return _svg("".join(parts), height, width)


def ticks(low: float, high: float, count: int) -> list[float]:
    """Return round numbers, about that many, within a span."""
    rough = (high - low) / max(1, count)
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(unit * power for unit in (1.0, 2.0, 2.5, 5.0, 10.0) if unit * power >= rough)
    first, last = int(np.ceil(low / step - 1e-9)), int(np.floor(high / step + 1e-9))
    return [at * step for at in range(first, last + 1)]


def numbers(values: Sequence[float]) -> list[str]:
    """Write the ticks of an axis with as many decimals as the one that needs most."""
    shortest = ["0" if abs(value) < 1e-12 else f"{value:.4g}" for value in values]  # noqa: PLR2004
    if any("e" in text for text in shortest):
        return shortest
    decimals = max((len(text.partition(".")[2]) for text in shortest), default=0)
    return [text if text == "0" else f"{float(text):.{decimals}f}" for text in shortest]


@dataclass(frozen=True)
class _Frame:
    """Where numbers lie on the picture."""

    x_span: tuple[float, float]
    y_span: tuple[float, float]
    width: float

    @property
    def base(self) -> float:
        return HEIGHT - BOTTOM

    def x(self, value: float) -> float:
        low, high = self.x_span
        return LEFT + (value - low) / (high - low) * (self.width - LEFT - RIGHT)

    def y(self, value: float) -> float:
        low, high = self.y_span
        return self.base - (value - low) / (high - low) * (self.base - TOP)

    def grid(self, x: Axis, y: Axis) -> str:
        parts = []
        up = ticks(*self.y_span, 5)
        for tick, written in zip(up, y.written(up), strict=True):
            at = self.y(tick)
            kind = "zero" if abs(tick) < 1e-12 else "grid"  # noqa: PLR2004
            ends = f'x1="{LEFT}" x2="{self.width - RIGHT}" y1="{at:.1f}" y2="{at:.1f}"'
            parts.append(f'<line class="{kind}" {ends}/>')
            parts.append(_text(LEFT - 7, at + 4, "end", written))
        across = ticks(*self.x_span, 6)
        for tick, written in zip(across, x.written(across), strict=True):
            parts.append(_text(self.x(tick), self.base + 16, "middle", written))
        parts.append(_text((LEFT + self.width - RIGHT) / 2, HEIGHT - 6, "middle", x.title, "title"))
        middle = (TOP + self.base) / 2
        parts.append(
            f'<text class="title" text-anchor="middle" transform="translate(13 {middle:.1f}) '
            f'rotate(-90)">{escape(y.title)}</text>'
        )
        return "".join(parts)

    def line(self, series: Series) -> str:
        x, y = np.asarray(series.x, dtype=float), np.asarray(series.y, dtype=float)
        kept = np.unique(np.linspace(0, len(x) - 1, min(len(x), POINTS_MAX)).astype(int))
        if not len(series.spread):
            points = " ".join(f"{self.x(x[at]):.1f},{self.y(y[at]):.1f}" for at in kept)
            return f'<polyline class="line {series.kind}" points="{points}"/>'
        drawn = []
        for across, value, spread in zip(x, y, series.spread, strict=True):
            px = self.x(across)
            ends = f'y1="{self.y(value - spread):.1f}" y2="{self.y(value + spread):.1f}"'
            drawn.append(f'<line class="whisker" x1="{px:.1f}" x2="{px:.1f}" {ends}/>')
            drawn.append(
                f'<circle class="dot {series.kind}" cx="{px:.1f}" cy="{self.y(value):.1f}" r="4"/>'
            )
        return "".join(drawn)


def _reach(series: Series) -> np.ndarray:
    """Return the values of a series with the ends of its whiskers."""
    y = np.asarray(series.y, dtype=float)
    spread = np.asarray(series.spread, dtype=float)
    return np.concatenate([y - spread, y + spread]) if len(spread) else y


def _bounds(values: np.ndarray, margin: float) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    room = (high - low) * margin or (0.0 if high > low else abs(high) * 0.05 or 1.0)
    return low - room, high + room


def _text(x: float, y: float, anchor: str, text: str, kind: str = "tick") -> str:
    return (
        f'<text class="{kind}" text-anchor="{anchor}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'
    )


def _svg(body: str, height: float, width: float = WIDTH) -> str:
    return f'<svg viewBox="0 0 {width:.0f} {height:.0f}" role="img">{body}</svg>'
