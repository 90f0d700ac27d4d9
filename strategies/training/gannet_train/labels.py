"""What a model shall predict: forward return, triple barrier, or the outcome of our own trades.

A row's features are known at the close of its bar. Its label is about what happens after that
close, and is known at ``end``: purging needs both times.
"""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from gannet_train.bars import Bars
from gannet_train.refusal import Refusal

PERCENT = 100.0

# Bars that the width of the triple barrier is measured over: 50 as in López de Prado, "Advances in
# Financial Machine Learning" (2018), 3.1 (there a span of 100 days, halved for intraday bars).
VOLATILITY_SPAN = 50


@dataclass(frozen=True)
class LabelRule:
    """How labels are made; what the manifest says about them."""

    kind: str  # forward_return | triple_barrier | outcome
    target: str  # binary | three_class | regression
    horizon: int  # bars; 0 for outcomes
    threshold: float = 0.0  # percent: how far a return must be from zero to be up or down
    barrier: float = 2.0  # standard deviations of one bar's return

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes in the order of the model's columns; none for a regression."""
        if self.target == "regression":
            return ()
        if self.kind == "outcome":
            return ("loss", "win")
        return ("down", "up") if self.target == "binary" else ("down", "flat", "up")

    @property
    def is_win_or_loss(self) -> bool:
        """Whether it asks only if our own trades win, which few or none may do."""
        return (self.kind, self.target) == ("outcome", "binary")

    @property
    def definition(self) -> str:
        """One sentence for people."""
        span = f"over {self.horizon} bars from the close of the row's bar"
        match (self.kind, self.target):
            case ("forward_return", "regression"):
                return f"the return {span}, in percent"
            case ("forward_return", "binary"):
                return f"up if the return {span} exceeds {self.threshold:g} percent, else down"
            case ("forward_return", _):
                return f"up or down if the return {span} exceeds ±{self.threshold:g} percent"
            case ("triple_barrier", target):
                late = "flat" if target == "three_class" else "the sign of the return"
                return (
                    f"which of two barriers at ±{self.barrier:g} standard deviations is touched"
                    f" first within {self.horizon} bars (both in a bar: the lower), else {late}"
                )
            case (_, "regression"):
                return "the trade's return in percent, after fees"
            case _:
                return "win if the trade's profit after fees is above zero, else loss"

    @property
    def parameters(self) -> dict[str, float | str]:
        """The numbers behind the definition."""
        match self.kind:
            case "forward_return":
                return {"target": self.target, "threshold_percent": self.threshold}
            case "triple_barrier":
                return {
                    "target": self.target,
                    "barrier_deviations": self.barrier,
                    "volatility_bars": VOLATILITY_SPAN,
                }
            case _:
                return {"target": self.target}


@dataclass(frozen=True)
class Labels:
    """Labels of rows; a row without one has ``known`` false."""

    target: np.ndarray  # float64: the class's number, or the value in percent
    known: np.ndarray  # bool
    end: np.ndarray  # int64, ns: the time of the last bar the label looks at
    next_return: np.ndarray = field(repr=False)  # what a unit held for a bar (a trade) earns


def from_bars(rule: LabelRule, bars: Bars, rows: np.ndarray) -> Labels:
    """Make labels for rows of bars."""
    if rule.horizon < 1:
        raise Refusal("the horizon must be at least one bar")
    count = len(bars.times)
    last = np.minimum(rows + rule.horizon, count - 1)
    forward = (bars.close[last] / bars.close[rows] - 1.0) * PERCENT
    following = np.minimum(rows + 1, count - 1)
    next_return = bars.close[following] / bars.close[rows] - 1.0
    known = rows + rule.horizon < count
    if rule.kind == "forward_return":
        target, end = _classify(forward, rule), last
    else:
        target, end, measured = _first_touch(rule, bars, rows, forward)
        known &= measured
    return Labels(target=target, known=known, end=bars.times[end], next_return=next_return)


def from_outcomes(rule: LabelRule, table: pa.Table, times: np.ndarray, place: str) -> Labels:
    """Make labels of closed trades: columns ``exit_time`` (ns) and ``return_percent``.

    A trade that is still open has no exit time, and no label.
    """
    absent = [name for name in ("exit_time", "return_percent") if name not in table.column_names]
    if absent:
        raise Refusal(f'{place}: column "{absent[0]}" of the outcomes is missing')
    exits = table["exit_time"].combine_chunks()
    if pa.types.is_timestamp(exits.type):
        exits = exits.cast(pa.timestamp("ns", tz=exits.type.tz)).cast(pa.int64())
    gains = table["return_percent"].combine_chunks().cast(pa.float64())
    known = (exits.is_valid().to_numpy(False)) & (gains.is_valid().to_numpy(False))
    end = np.where(known, exits.fill_null(0).to_numpy(), times)
    gain = np.nan_to_num(gains.fill_null(0.0).to_numpy())
    if np.any(known & (end < times)):
        raise Refusal(f"{place}: a trade ends before it begins")
    target = gain if rule.target == "regression" else (gain > 0.0).astype(np.float64)
    return Labels(target=target, known=known, end=end, next_return=gain / PERCENT)


def _classify(forward: np.ndarray, rule: LabelRule) -> np.ndarray:
    if rule.target == "regression":
        return forward
    if rule.target == "binary":
        return (forward > rule.threshold).astype(np.float64)
    return 1.0 + (forward > rule.threshold) - (forward < -rule.threshold)


def _first_touch(
    rule: LabelRule, bars: Bars, rows: np.ndarray, forward: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return target, last bar looked at, and whether there is a volatility to measure by."""
    if rule.target == "regression":
        raise Refusal("a triple barrier has classes: take --target binary or three_class")
    width = rule.barrier * _volatility(bars.close)[rows]
    entry = bars.close[rows]
    upper, lower = entry * (1.0 + width), entry * (1.0 - width)
    side = np.zeros(len(rows))
    end = np.minimum(rows + rule.horizon, len(bars.times) - 1)
    is_open = np.isfinite(width)
    for ahead in range(1, rule.horizon + 1):
        at = np.minimum(rows + ahead, len(bars.times) - 1)
        below = is_open & (bars.low[at] <= lower)
        above = is_open & ~below & (bars.high[at] >= upper)
        side = side - below + above
        end = np.where(below | above, at, end)
        is_open &= ~(below | above)
    if rule.target == "three_class":
        target = side + 1.0
    else:
        target = np.where(side == 0.0, forward > 0.0, side > 0.0).astype(np.float64)
    return target, end, np.isfinite(width)


def _volatility(close: np.ndarray) -> np.ndarray:
    """Return the standard deviation of the last returns at each bar, NaN until there are enough."""
    returns = np.diff(np.log(close), prepend=np.nan)
    deviation = np.full(len(close), np.nan)
    if len(close) > VOLATILITY_SPAN:
        windows = np.lib.stride_tricks.sliding_window_view(returns[1:], VOLATILITY_SPAN)
        deviation[VOLATILITY_SPAN:] = windows.std(axis=1)
    return deviation
