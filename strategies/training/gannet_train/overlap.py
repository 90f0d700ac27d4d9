"""What a mean is worth when trades overlap: evidence that is the same counts once.

Trades that are open together live through the same market, so their losses are not independent.
Two trades share the part of their time that is common, in proportion to the geometric mean of how
long each lasts:

    w(i, j) = |Ti ∩ Tj| / sqrt(|Ti| · |Tj|)

which is 1 for trades over the same span, 0 for trades after each other, and little for a trade that
is turned over into the next. The variance of a mean of n numbers is Σ w(i, j) e(i) e(j) / n², e
being what each differs from the mean. As w holds inner products of unit vectors (the indicators of
the spans), this is never negative. It is the estimator of Newey and West (1987) with the overlap in
the place of their lags; n² / Σ w(i, j) is how many independent trades there are, as in López de
Prado, "Advances in Financial Machine Learning" (2018), 4.3.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Mean:
    """A mean, and how sure it is."""

    mean: float
    error: float  # standard error, corrected for the degree of freedom that the mean takes
    independent: float  # trades that tell something of their own

    @property
    def deviations(self) -> float:
        """The mean over its standard error, 0 if all numbers are the same."""
        return self.mean / self.error if self.error > 0.0 else 0.0


def mean_of(values: np.ndarray, begin: np.ndarray, end: np.ndarray) -> Mean:
    """Return the mean of numbers, one a trade from ``begin`` to ``end`` (ns), begin in order."""
    count = len(values)
    mean = float(values.mean())
    differs = values - mean
    spans = np.maximum(end - begin, 1).astype(np.float64)
    variance, shared = float((differs**2).sum()), float(count)
    for at in range(count):
        last = int(np.searchsorted(begin, end[at], side="left"))
        later = slice(at + 1, max(last, at + 1))
        common = np.minimum(end[at], end[later]) - begin[later]
        weight = common / np.sqrt(spans[at] * spans[later])
        shared += 2.0 * float(weight.sum())
        variance += 2.0 * float(differs[at] * (weight @ differs[later]))
    independent = count * count / shared
    free = independent / (independent - 1.0) if independent > 1.0 else 1.0
    error = float(np.sqrt(max(0.0, variance) * free)) / count
    return Mean(mean, error, independent)
