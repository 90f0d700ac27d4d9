"""How much each feature matters: what splits on it gained, and what is lost without it.

Permutation importance deals a feature's values out at random among the test rows of a fold and
takes the rise of the loss (Breiman 2001, section 10). It is measured on rows no model was fitted
to, so a feature that was only learned by heart has none. Features that stand in for each other
share theirs.
"""

from dataclasses import dataclass

import numpy as np

from gannet_train.dataset import Rows
from gannet_train.family import Task
from gannet_train.metrics import loss
from gannet_train.model import Model


@dataclass(frozen=True)
class Importance:
    """By feature, in the order of the schema."""

    names: tuple[str, ...]
    gain: np.ndarray | None  # shares, of the final model
    rise: np.ndarray  # of the loss, mean over folds
    spread: np.ndarray  # deviation over folds


def permuted(task: Task, model: Model, test: Rows, seed: int) -> np.ndarray:
    """Return the rise of the loss by feature, of one permutation each."""
    rng = np.random.default_rng(seed)
    before = loss(task, model.predict(test.X), test.y)
    rises = np.empty(test.X.shape[1])
    X = test.X.copy()
    for number in range(X.shape[1]):
        kept = X[:, number].copy()
        X[:, number] = rng.permutation(kept)
        rises[number] = loss(task, model.predict(X), test.y) - before
        X[:, number] = kept
    return rises
