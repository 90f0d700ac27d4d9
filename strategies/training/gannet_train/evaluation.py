"""What the walk forward found out: predictions of rows no model had seen.

Nothing is chosen by these numbers. They are reported, and that is all.
"""

from dataclasses import dataclass

import numpy as np

from gannet_train import metrics
from gannet_train.dataset import Dataset
from gannet_train.equity import Equity, trade
from gannet_train.family import Task

# Two deviations: one run in twenty would look this different by luck alone.
NOTABLE = 2.0


@dataclass(frozen=True)
class FoldResult:
    """One fold's test."""

    test: np.ndarray  # rows of the dataset
    trained: int
    predicted: np.ndarray  # [rows, classes] or [rows, 1]
    constant: np.ndarray  # what a constant guess says
    metrics: dict[str, float]


@dataclass(frozen=True)
class Evaluation:
    """All folds together."""

    folds: list[FoldResult]
    test: np.ndarray
    predicted: np.ndarray
    y: np.ndarray
    metrics: dict[str, float]
    equity: Equity

    @property
    def verdict(self) -> str:
        """Whether it is better than a constant guess, in one sentence."""
        z = self.metrics["gain_deviations"]
        if z > NOTABLE:
            return f"Better than a constant guess, by {z:.1f} standard errors of the loss."
        if z < -NOTABLE:
            return f"Worse than a constant guess, by {-z:.1f} standard errors of the loss."
        return (
            "Not distinguishable from a constant guess: "
            f"{abs(z):.1f} standard errors of the loss {'above' if z < 0 else 'below'} it."
        )


def pool(task: Task, data: Dataset, folds: list[FoldResult], cost: float) -> Evaluation:
    """Put the tests of all folds together; ``cost`` is a fraction of what is turned over."""
    test = np.concatenate([fold.test for fold in folds])
    predicted = np.vstack([fold.predicted for fold in folds])
    constant = np.vstack([fold.constant for fold in folds])
    y = data.rows.y[test]
    pooled = metrics.summary(task, predicted, constant, y)
    gained = metrics.row_losses(task, constant, y) - metrics.row_losses(task, predicted, y)
    pooled["gain_deviations"] = _deviations(gained, data, test)
    equity = trade(task, data, test, predicted, cost)
    pooled |= equity.metrics
    return Evaluation(folds, test, predicted, y, pooled, equity)


def _deviations(gained: np.ndarray, data: Dataset, test: np.ndarray) -> float:
    """Return the mean over its standard error; labels that overlap count as one block."""
    block = data.rows.tick[test] // max(1, data.rule.horizon)
    _, place = np.unique(block, return_inverse=True)
    sums, counts = np.bincount(place, gained), np.bincount(place)
    mean = gained.mean()
    error = np.sqrt(((sums - mean * counts) ** 2).sum()) / len(gained)
    return float(mean / error) if error > 0.0 else 0.0
