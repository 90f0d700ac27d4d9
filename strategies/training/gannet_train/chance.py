"""The check that nothing can be learned from nothing.

All labels are dealt out at random and one fold is run as every other. Its test, ranked by the
uncalibrated scores, must come out like chance. If it does not, rows of the test have reached the
fit, and no other number of the run can be believed.
"""

import numpy as np
from scipy.stats import spearmanr

from gannet_train.dataset import Rows
from gannet_train.family import Task
from gannet_train.folds import Fold
from gannet_train.metrics import auc
from gannet_train.model import Recipe
from gannet_train.refusal import Refusal

# Standard errors: one honest run in 16 000 would be refused.
LIMIT = 4.0


def refuse_luck(recipe: Recipe, rows: Rows, fold: Fold) -> dict[str, float]:
    """Return the shuffled run's metric; refuses if it beats chance."""
    dealt = rows.shuffled(np.random.default_rng(recipe.seed))
    model = recipe.make(dealt, fold.split).uncalibrated(recipe.task)
    predicted = model.predict(dealt.X[fold.test])
    y = dealt.y[fold.test]
    if recipe.task.is_regression:
        flat = np.ptp(predicted) == 0.0
        found, due = (0.0 if flat else float(spearmanr(predicted[:, 0], y).statistic)), 0.0
        error, name = 1.0 / np.sqrt(len(y)), "shuffled_rank_correlation"
    else:
        found, due = auc(predicted, y), 0.5
        error, name = _auc_error(recipe.task, y), "shuffled_auc"
    if abs(found - due) > LIMIT * error:
        raise Refusal(
            f"labels dealt out at random are predicted ({name} {found:.3f}, chance is {due} ± "
            f"{error:.3f}): rows of the test have reached the fit"
        )
    return {name: found}


def _auc_error(task: Task, y: np.ndarray) -> float:
    """Return the standard error of an area of one half (Mann and Whitney 1947)."""
    errors = []
    for number in range(len(task.classes)):
        hits = int((y == number).sum())
        errors.append(np.sqrt((len(y) + 1) / (12.0 * hits * (len(y) - hits))))
    return float(max(errors))
