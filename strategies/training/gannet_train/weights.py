"""How frequent classes are, and weights of rows that make up for rare ones."""

import numpy as np

from gannet_train.family import Task


def class_weights(task: Task, y: np.ndarray, method: str) -> np.ndarray:
    """Return a weight a row with mean one: ``balanced`` gives every class the same total.

    Probabilities are corrected for it by calibration, which is fitted without weights.
    """
    if task.is_regression or method == "none":
        return np.ones(len(y))
    return (1.0 / (len(task.classes) * class_shares(task, y)))[y.astype(int)]


def class_shares(task: Task, y: np.ndarray) -> np.ndarray:
    """Return the share of each class, all of which occur; of a value nothing."""
    return (
        np.bincount(y.astype(int), minlength=len(task.classes)) / len(y) if task.classes else y[:0]
    )
