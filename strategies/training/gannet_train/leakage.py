"""Features that tell the future.

What a feature of the past says anew can be explained by bars up to its own: by their prices, volume
and range, and by the feature's own last values. So each feature is regressed on these, and what
remains is correlated with what happens in each of the bars after. Noise remains of an honest
feature; of one that was shifted, or computed over a centred window, the bars it should not know.
A feature that by itself ranks the forward return is refused as well.

Measured on the 238 columns of the set ``full``, three instruments (4 hours, 2024 to 2025): the
largest correlation of an honest feature with a later return is 0.08. Of the same columns moved by
one bar, 55 to 59 % are found: nearly all that are made of prices and volume in a smooth way.
Candlestick and chart patterns that seldom fire, and phases of cycles, mostly escape.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from gannet_train.bars import Bars
from gannet_train.features import FeatureFile
from gannet_train.refusal import Refusal

# Bars ahead that are looked at, at least.
AHEAD_MIN = 24

# Correlations with a later bar that are refused: for returns, which nothing honest predicts so well
# from one bar to another, and for activity, which has its hours and days: the weekday alone tells
# the surprise of volume four days later with 0.29.
RETURN_BOUND = 0.1
ACTIVITY_BOUND = 0.45
# And never what chance would do: so many standard errors.
DEVIATIONS = 6.0

# Rank correlation with the whole forward return.
FORWARD_BOUND = 0.5

ROWS_MIN = 200

ROUNDING = 1e-6

PRICE_LAGS, ACTIVITY_LAGS, OWN_LAGS = 4, 3, 4


@dataclass(frozen=True)
class _Later:
    """What happens after each row: ranks [bars ahead, rows]."""

    name: str
    bound: float
    ranks: np.ndarray


def refuse_future(
    file: FeatureFile, bars: Bars, at: np.ndarray, horizon: int, trusted: frozenset[str]
) -> None:
    """Refuse the first feature that knows bars after its own; ``at`` are the rows' bars.

    ``trusted`` are features whose operator knows them to predict so well honestly.
    """
    unknown = sorted(trusted - set(file.names))
    if unknown:
        raise Refusal(f'--trust names "{unknown[0]}", which is no feature of {file.path}')
    ahead = max(AHEAD_MIN, horizon)
    inside = (at >= PRICE_LAGS) & (at + ahead < len(bars.times))
    rows = np.flatnonzero(inside)
    if len(rows) < ROWS_MIN:
        return
    bar = at[rows]
    explained = _explaining(bars)[bar]
    later = list(_later(bars, bar, ahead, explained))
    forward = rankdata(bars.close[bar + horizon] / bars.close[bar])
    for number, name in enumerate(file.names):
        if name in trusted:
            continue
        series = np.full(len(bars.times), np.nan)
        series[at] = file.values[:, number]
        own = np.column_stack([_lagged(series, lag) for lag in range(1, OWN_LAGS + 1)])[bar]
        known, value = np.hstack([explained, own]), series[bar]
        usable = np.isfinite(known).all(axis=1) & np.isfinite(value)
        if usable.sum() < ROWS_MIN:
            continue
        _refuse_one(name, value[usable], forward[usable])
        remainder = _remainder(known[usable], value[usable])
        # Features are stored as float32: below, there is nothing but their rounding.
        if remainder.std() > ROUNDING * np.abs(value[usable]).max():
            _refuse_ahead(name, remainder, later, usable)


def _refuse_one(name: str, value: np.ndarray, forward: np.ndarray) -> None:
    ranked = float(_standard(rankdata(value)) @ _standard(forward))
    if abs(ranked) > FORWARD_BOUND:
        raise Refusal(
            f'feature "{name}" tells the future: it ranks the forward return (correlation '
            f"{ranked:.2f}); if it may, name it with --trust"
        )


def _refuse_ahead(
    name: str, remainder: np.ndarray, later: list[_Later], usable: np.ndarray
) -> None:
    # As ranks, against outliers; and as it is, as a pattern that seldom fires is all outliers.
    views = [_standard(rankdata(remainder)), _standard(remainder)]
    for what in later:
        ranks = _standard(what.ranks[:, usable])
        found = np.max([np.abs(ranks @ view) for view in views], axis=0)
        if found.max() > max(what.bound, DEVIATIONS / np.sqrt(len(remainder))):
            ahead = int(found.argmax()) + 1
            raise Refusal(
                f'feature "{name}" tells the future: it knows the {what.name} '
                f"{ahead} bar{'s' if ahead > 1 else ''} later (correlation {found.max():.2f}); "
                "if it may, name it with --trust"
            )


def _later(bars: Bars, bar: np.ndarray, ahead: int, explained: np.ndarray) -> Iterator[_Later]:
    around = bar + np.arange(1, ahead + 1)[:, None]
    returns = np.diff(np.log(bars.close), prepend=np.nan)
    for name, bound, series in (
        ("return", RETURN_BOUND, returns),
        ("size of the return", ACTIVITY_BOUND, np.abs(returns)),
        ("volume", ACTIVITY_BOUND, np.log1p(bars.volume)),
        ("range", ACTIVITY_BOUND, _range(bars)),
    ):
        surprise = _remainder(explained, series[around].T).T
        yield _Later(name, bound, rankdata(surprise, axis=1))


def _explaining(bars: Bars) -> np.ndarray:
    """Return what a feature may be made of, [bars, regressors], NaN at the start."""
    columns = [np.ones(len(bars.times))]
    for price in (bars.close, bars.high, bars.low):
        columns += [_lagged(price, lag) for lag in range(PRICE_LAGS)]
    for activity in (np.log(bars.close), np.log1p(bars.volume), _range(bars)):
        columns += [_lagged(activity, lag) for lag in range(ACTIVITY_LAGS)]
    return np.column_stack(columns)


def _range(bars: Bars) -> np.ndarray:
    return np.log(bars.high / bars.low + 1e-9)


def _lagged(series: np.ndarray, lag: int) -> np.ndarray:
    return np.concatenate([np.full(lag, np.nan), series[: len(series) - lag]])


def _remainder(known: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Return what a regression on regressors, the first being constant, leaves over."""
    deviation = known.std(axis=0)
    scaled = (known - known.mean(axis=0)) / np.where(deviation > 0.0, deviation, 1.0)
    scaled[:, 0] = 1.0
    return value - scaled @ np.linalg.lstsq(scaled, value, rcond=1e-9)[0]


def _standard(values: np.ndarray) -> np.ndarray:
    """Return rows with mean zero and length one: a product of two is their correlation."""
    centred = values - values.mean(axis=-1, keepdims=True)
    length = np.linalg.norm(centred, axis=-1, keepdims=True)
    return centred / np.where(length > 0.0, length, 1.0)
