"""How good predictions are, beside what a constant guess would have scored.

The baseline knows the training labels only: of classes their shares, and the most frequent one; of
a value its mean.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

from gannet_train.family import Task

# Probabilities are held this far from certainty before a logarithm is taken.
CERTAINTY = 1e-6

BINS = 10


def loss(task: Task, predicted: np.ndarray, y: np.ndarray) -> float:
    """Return the log loss in nats, or the root of the mean square error in the label's unit."""
    if task.is_regression:
        return float(np.sqrt(np.mean((predicted[:, 0] - y) ** 2)))
    chosen = predicted[np.arange(len(y)), y.astype(int)]
    return float(-np.log(np.clip(chosen, CERTAINTY, 1.0 - CERTAINTY)).mean())


def row_losses(task: Task, predicted: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the log loss, or the square error, of each row."""
    if task.is_regression:
        return (predicted[:, 0] - y) ** 2
    chosen = predicted[np.arange(len(y)), y.astype(int)]
    return -np.log(np.clip(chosen, CERTAINTY, 1.0 - CERTAINTY))


def baseline(task: Task, train: np.ndarray, rows: int) -> np.ndarray:
    """Return the constant prediction for that many rows."""
    if task.is_regression:
        return np.full((rows, 1), train.mean())
    shares = np.bincount(train.astype(int), minlength=len(task.classes)) / len(train)
    return np.tile(shares, (rows, 1))


def summary(
    task: Task, predicted: np.ndarray, constant: np.ndarray, y: np.ndarray
) -> dict[str, float]:
    """Return metrics by name, those of the constant guess with the prefix ``baseline_``."""
    if task.is_regression:
        return _values(task, predicted, constant, y)
    answer = {"log_loss": loss(task, predicted, y), "baseline_log_loss": loss(task, constant, y)}
    answer["accuracy"] = float((predicted.argmax(axis=1) == y).mean())
    answer["baseline_accuracy"] = float((constant.argmax(axis=1) == y).mean())
    answer["auc"] = auc(predicted, y)
    answer["baseline_auc"] = 0.5
    hit = y[:, None] == np.arange(predicted.shape[1])
    answer["brier"] = float(((predicted - hit) ** 2).sum(axis=1).mean())
    answer["baseline_brier"] = float(((constant - hit) ** 2).sum(axis=1).mean())
    answer["calibration_error"] = calibration_error(predicted, y)
    return answer


def auc(predicted: np.ndarray, y: np.ndarray) -> float:
    """Return the area under the curve; of several classes the mean of each against the rest."""
    if predicted.shape[1] == 2:  # noqa: PLR2004
        return float(roc_auc_score(y, predicted[:, 1]))
    classes = range(predicted.shape[1])
    return float(np.mean([roc_auc_score(y == number, predicted[:, number]) for number in classes]))


@dataclass(frozen=True)
class Bin:
    """Rows of similar predictions."""

    predicted: float  # mean
    happened: float  # mean: the share of a class, or of a value
    error: float  # standard error of what happened
    rows: int


def reliability(predicted: np.ndarray, happened: np.ndarray, overlap: int) -> list[Bin]:
    """Return ten bins with as many rows each; ``overlap`` neighbours tell the same."""
    parts = np.array_split(np.argsort(predicted, kind="stable"), BINS)
    return [
        Bin(
            predicted=float(predicted[part].mean()),
            happened=float(happened[part].mean()),
            error=float(happened[part].std() / np.sqrt(max(1.0, len(part) / overlap))),
            rows=len(part),
        )
        for part in parts
        if len(part)
    ]


def calibration_error(predicted: np.ndarray, y: np.ndarray) -> float:
    """Return the mean distance of chance and share of hits over bins, averaged over classes."""
    errors = []
    for number in range(predicted.shape[1]):
        bins = reliability(predicted[:, number], y == number, 1)
        errors.append(sum(abs(b.predicted - b.happened) * b.rows for b in bins) / len(y))
    return float(np.mean(errors))


def _values(
    task: Task, predicted: np.ndarray, constant: np.ndarray, y: np.ndarray
) -> dict[str, float]:
    value, guess = predicted[:, 0], constant[:, 0]
    squares = float(((y - guess) ** 2).sum())
    ranked = 0.0 if np.ptp(value) == 0.0 else float(spearmanr(value, y).statistic)
    return {
        "rmse": loss(task, predicted, y),
        "baseline_rmse": loss(task, constant, y),
        "mae": float(np.abs(value - y).mean()),
        "baseline_mae": float(np.abs(guess - y).mean()),
        "r2_over_baseline": 1.0 - float(((y - value) ** 2).sum()) / squares,
        "rank_correlation": ranked,
        "sign_accuracy": float(((value > 0.0) == (y > 0.0)).mean()),
        "baseline_sign_accuracy": float(((guess > 0.0) == (y > 0.0)).mean()),
    }
