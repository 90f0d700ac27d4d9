"""A random forest of scikit-learn: the mean of trees grown on samples of rows and features.

Early stopping keeps as many of its trees as the held-out loss asks for.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

from gannet_train import forest
from gannet_train.calibration import Calibrator, linked
from gannet_train.families.trees import Ensemble, shares
from gannet_train.family import Curve, Fitted, Parameters, Request
from gannet_train.graph import Graph
from gannet_train.metrics import loss


class Forest:
    """The family."""

    name = "random_forest"
    tools = ("scikit-learn",)
    takes_missing = True
    defaults: ClassVar[Parameters] = {
        "trees": 200,
        "depth": 8,
        "leaf_rows": 30,
        "feature_share": 0.33,
    }

    def fit(self, request: Request) -> Fitted:
        """Grow all trees, then keep the first ones that do best on the early-stopping rows."""
        p, task = request.parameters, request.task
        kind = RandomForestRegressor if task.is_regression else RandomForestClassifier
        model = kind(
            n_estimators=int(p["trees"]),
            max_depth=int(p["depth"]),
            min_samples_leaf=int(p["leaf_rows"]),
            max_features=float(p["feature_share"]),
            random_state=request.seed,
            n_jobs=1,
        ).fit(request.fit.X, request.fit.y, sample_weight=request.weight)
        curves = [
            [loss(task, linked(part, _link(request)), rows.y) for part in _prefixes(model, rows.X)]
            for rows in (request.fit, request.early)
        ]
        best = int(np.argmin(curves[1])) + 1
        model.estimators_ = model.estimators_[:best]
        model.n_estimators = best
        curve = Curve(
            "random_forest", "trees", task.metric, tuple(curves[0]), tuple(curves[1]), best
        )
        return FittedForest(model, _link(request), task.columns, [curve])


@dataclass(frozen=True)
class FittedForest:
    """A fitted forest."""

    model: RandomForestClassifier | RandomForestRegressor
    link: str
    columns: int
    curves: list[Curve]

    @property
    def gain(self) -> np.ndarray:
        """The reduction of impurity by splits on each feature, as shares."""
        return shares(self.model.feature_importances_)

    def scores(self, X: np.ndarray) -> np.ndarray:
        """Return scikit-learn's own predictions."""
        if isinstance(self.model, RandomForestRegressor):
            return self.model.predict(X)[:, None]
        chance = self.model.predict_proba(X)
        return chance[:, 1:] if self.columns == 1 else chance

    def attach(self, graph: Graph, x: str, calibrator: Calibrator) -> str:
        """Add the trees, each leaf divided by their number."""
        trees = [_tree(tree.tree_, len(self.model.estimators_)) for tree in self.model.estimators_]
        base = np.zeros(self.columns)
        return Ensemble(trees, forest.LESS_OR_EQUAL, base).attach(graph, x, calibrator)


def _link(request: Request) -> str:
    if request.task.is_regression:
        return "identity"
    return "share" if request.task.columns == 1 else "shares"


def _prefixes(model: RandomForestClassifier | RandomForestRegressor, X: np.ndarray) -> np.ndarray:
    """Return scores [trees, rows, columns] of the first tree, the first two, and so on."""
    each = np.stack([_leaf_values(tree.tree_)[tree.apply(X)] for tree in model.estimators_])
    return np.cumsum(each, axis=0) / np.arange(1, len(each) + 1)[:, None, None]


def _leaf_values(tree: object) -> np.ndarray:
    """Return what each node predicts: shares of the classes, one column for two; or the mean."""
    value = tree.value[:, 0, :]
    return value[:, 1:] if value.shape[1] == 2 else value  # noqa: PLR2004


def _tree(tree: object, count: int) -> forest.Tree:
    return forest.Tree(
        feature=np.maximum(tree.feature, 0),
        threshold=forest.round_down(tree.threshold),
        left=tree.children_left,
        right=tree.children_right,
        missing_left=tree.missing_go_to_left.astype(bool),
        value=_leaf_values(tree) / count,
    )
