"""What following the predictions would have earned, in the simplest way that is not a lie.

Each row's signal (down -1, flat 0, up 1, or the sign of a predicted value) is held for the label's
horizon in equal shares, so the position is the mean of the last signals. It earns the next bar's
return and pays a cost on what it turns over. Instruments weigh the same. Returns add up, they are
not compounded. Of our own trades, those the model would have taken are compared with all of them.

No spread beyond the cost, no funding, no size: a check of usefulness, not a backtest.
"""

from dataclasses import dataclass

import numpy as np

from gannet_train.dataset import Dataset
from gannet_train.family import Task

YEAR_NS = 365.25 * 86_400e9


@dataclass(frozen=True)
class Equity:
    """Sums of returns in percent, at the end of each bar or trade."""

    times: np.ndarray  # int64, ns
    model: np.ndarray  # after cost
    gross: np.ndarray  # before cost
    reference: np.ndarray  # holding one unit, or taking every trade
    metrics: dict[str, float]


def trade(
    task: Task, data: Dataset, test: np.ndarray, predicted: np.ndarray, cost: float
) -> Equity:
    """Follow predictions of the test rows, which are in order of time."""
    signal = _signal(task, data, predicted)
    earned = data.next_return[test]
    paid = np.zeros(len(test))
    position = signal
    if data.rule.kind != "outcome":
        position = _held(signal, data.instrument[test], data.rule.horizon)
        for number in np.unique(data.instrument):
            mine = data.instrument[test] == number
            paid[mine] = cost * np.abs(np.diff(position[mine], prepend=0.0))
    times, place = np.unique(data.times[test], return_inverse=True)

    def together(values: np.ndarray) -> np.ndarray:
        return 100.0 * np.bincount(place, values) / np.bincount(place)

    gross = together(position * earned)
    net = gross - together(paid)
    reference = together(earned)
    metrics = {
        "equity_percent": float(net.sum()),
        "equity_before_cost_percent": float(gross.sum()),
        "reference_equity_percent": float(reference.sum()),
        "equity_sharpe": _sharpe(net, times),
        "reference_equity_sharpe": _sharpe(reference, times),
    }
    return Equity(times, np.cumsum(net), np.cumsum(gross), np.cumsum(reference), metrics)


def _signal(task: Task, data: Dataset, predicted: np.ndarray) -> np.ndarray:
    if data.rule.kind == "outcome":
        takes = predicted[:, 0] > 0.0 if task.is_regression else predicted.argmax(axis=1) == 1
        return takes.astype(np.float64)
    if task.is_regression:
        return np.sign(predicted[:, 0])
    sides = np.linspace(-1.0, 1.0, len(task.classes))
    return sides[predicted.argmax(axis=1)]


def _held(signal: np.ndarray, instrument: np.ndarray, horizon: int) -> np.ndarray:
    """Return the mean of each instrument's last ``horizon`` signals."""
    position = np.empty(len(signal))
    for number in np.unique(instrument):
        mine = instrument == number
        position[mine] = np.convolve(signal[mine], np.full(horizon, 1.0 / horizon))[: mine.sum()]
    return position


def _sharpe(returns: np.ndarray, times: np.ndarray) -> float:
    """Return mean over deviation, scaled to a year by the median time between rows."""
    deviation = float(returns.std())
    if deviation == 0.0 or len(times) < 2:  # noqa: PLR2004
        return 0.0
    a_year = YEAR_NS / float(np.median(np.diff(times)))
    return float(returns.mean() / deviation * np.sqrt(a_year))
