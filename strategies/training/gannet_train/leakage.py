"""Features that tell the future.

A feature of the past moves with what has just happened; one that was shifted, or computed over a
centred window, moves with what happens next. So each feature and its change are correlated by rank
with the returns and volume changes of the bars around its row. If the largest correlation lies
after the row, and is larger than any at or before it by a clear factor, the feature is refused by
name. A feature that by itself ranks the whole forward return is refused as well.

What it cannot see: a leak of information that hardly moves with prices or volume.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from gannet_train.bars import Bars
from gannet_train.features import FeatureFile
from gannet_train.refusal import Refusal

# Bars to either side. At least a day of hours, so that what repeats daily shows on both sides.
LAGS_MIN = 24

# Rank correlations with one later bar. Of the 238 columns of the full set on three instruments
# (4 hours, 2024 to 2025) the largest with a later return is 0.09, and no feature of the past
# exceeds the factor where it matters. Volume repeats by the hour, so its bound is far higher.
RETURN_BOUND = 0.12
VOLUME_BOUND = 0.6
DEVIATIONS = 6.0
FACTOR = 1.5

# With the whole forward return: rank correlations of honest features stay below 0.1.
LABEL_BOUND = 0.5

ROWS_MIN = 200


@dataclass(frozen=True)
class _Innovation:
    """What happened in the bars around the rows: ranks [lags, rows], from ``-lags`` to ``lags``."""

    name: str
    bound: float
    ranks: np.ndarray

    def knows_ahead(self, ranked: np.ndarray, usable: np.ndarray) -> int:
        """Return how many bars ahead a series knows it; zero if it does not."""
        profile = np.abs(_standard(self.ranks[:, usable]) @ ranked)
        middle = len(profile) // 2
        past, future = profile[: middle + 1], profile[middle + 1 :]
        limit = max(self.bound, DEVIATIONS / np.sqrt(len(ranked)))
        peak = int(future.argmax())
        return peak + 1 if future[peak] > max(limit, FACTOR * past.max()) else 0


def refuse_future(file: FeatureFile, bars: Bars, at: np.ndarray, horizon: int) -> None:
    """Refuse the first feature that knows bars after its own; ``at`` are the rows' bars."""
    lags = max(LAGS_MIN, horizon)
    # A row whose predecessor is another bar than the one before has no change.
    contiguous = np.diff(at, prepend=-1) == 1
    rows = np.flatnonzero(contiguous & (at > lags) & (at + lags < len(bars.times)))
    if len(rows) < ROWS_MIN:
        return
    around = at[rows] + np.arange(-lags, lags + 1)[:, None]
    innovations = [
        _Innovation(name, bound, rankdata(np.diff(series, prepend=np.nan)[around], axis=1))
        for name, bound, series in (
            ("return", RETURN_BOUND, np.log(bars.close)),
            ("change of volume", VOLUME_BOUND, np.log1p(bars.volume)),
        )
    ]
    forward = rankdata(bars.close[at[rows] + horizon] / bars.close[at[rows]])
    for number, name in enumerate(file.names):
        values = file.values[:, number].astype(np.float64)
        for series in (values[rows], values[rows] - values[rows - 1]):
            usable = np.isfinite(series)
            if usable.sum() < ROWS_MIN:
                continue
            ranked = _standard(rankdata(series[usable]))
            if abs(float(ranked @ _standard(forward[usable]))) > LABEL_BOUND:
                raise Refusal(f'feature "{name}" tells the future: it ranks the forward return')
            for innovation in innovations:
                ahead = innovation.knows_ahead(ranked, usable)
                if ahead:
                    raise Refusal(
                        f'feature "{name}" tells the future: it moves with the {innovation.name} '
                        f"of {ahead} bar{'s' if ahead > 1 else ''} later, more than with any before"
                    )


def _standard(ranks: np.ndarray) -> np.ndarray:
    """Return rows with mean zero and length one: a product of two is their correlation."""
    centred = ranks - ranks.mean(axis=-1, keepdims=True)
    length = np.linalg.norm(centred, axis=-1, keepdims=True)
    return centred / np.where(length > 0.0, length, 1.0)
