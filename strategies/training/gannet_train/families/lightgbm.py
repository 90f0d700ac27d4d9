"""LightGBM: gradient boosting, leaf by leaf."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import lightgbm
import numpy as np

from gannet_train import forest
from gannet_train.calibration import Calibrator
from gannet_train.families.trees import Ensemble, shares
from gannet_train.family import Curve, Fitted, Parameters, Request
from gannet_train.graph import Graph


class LightGbm:
    """The family."""

    name = "lightgbm"
    tools = ("lightgbm",)
    takes_missing = True
    defaults: ClassVar[Parameters] = {
        "trees": 400,
        "leaves": 15,
        "learning_rate": 0.03,
        "leaf_rows": 40,
        "feature_share": 0.8,
        "row_share": 0.8,
        "l2": 1.0,
        "patience": 40,
    }

    def fit(self, request: Request) -> Fitted:
        """Fit with early stopping; one thread, so that sums are in one order."""
        p, task = request.parameters, request.task
        objective = {"identity": "regression", "logistic": "binary", "softmax": "multiclass"}
        settings = {
            "objective": objective[task.link],
            "num_class": task.columns,
            "num_leaves": int(p["leaves"]),
            "learning_rate": p["learning_rate"],
            "min_data_in_leaf": int(p["leaf_rows"]),
            "feature_fraction": p["feature_share"],
            "bagging_fraction": p["row_share"],
            "bagging_freq": 1,
            "lambda_l2": p["l2"],
            "seed": request.seed,
            "deterministic": True,
            "force_row_wise": True,
            "num_threads": 1,
            "verbosity": -1,
        }
        fit = lightgbm.Dataset(request.fit.X, request.fit.y, weight=request.weight)
        early = lightgbm.Dataset(request.early.X, request.early.y, reference=fit)
        log: dict[str, dict[str, list[float]]] = {}
        booster = lightgbm.train(
            settings,
            fit,
            num_boost_round=int(p["trees"]),
            valid_sets=[fit, early],
            valid_names=["fit", "early"],
            callbacks=[
                lightgbm.record_evaluation(log),
                lightgbm.early_stopping(int(p["patience"]), verbose=False),
            ],
        )
        return FittedLightGbm(booster, task.link, task.columns, [_curve(log, request, booster)])


@dataclass(frozen=True)
class FittedLightGbm:
    """A fitted booster."""

    booster: lightgbm.Booster
    link: str
    columns: int
    curves: list[Curve]

    @property
    def gain(self) -> np.ndarray:
        """The reduction of loss by splits on each feature, as shares."""
        return shares(self.booster.feature_importance("gain"))

    def scores(self, X: np.ndarray) -> np.ndarray:
        """Return LightGBM's raw scores."""
        raw = self.booster.predict(X, raw_score=True, num_threads=1)
        return np.asarray(raw, dtype=np.float64).reshape(len(X), self.columns)

    def attach(self, graph: Graph, x: str, calibrator: Calibrator) -> str:
        """Add the trees, read from LightGBM's own dump."""
        dump = self.booster.dump_model(num_iteration=self.booster.best_iteration)
        trees = [
            _tree(info["tree_structure"], at % self.columns, self.columns)
            for at, info in enumerate(dump["tree_info"])
        ]
        ensemble = Ensemble(trees, forest.LESS_OR_EQUAL, np.zeros(self.columns))
        return ensemble.attach(graph, x, calibrator)


def _curve(log: dict, request: Request, booster: lightgbm.Booster) -> Curve:
    metric = next(iter(log["early"]))
    root = np.sqrt if request.task.is_regression else np.asarray
    return Curve(
        model="lightgbm",
        unit="trees",
        metric=request.task.metric,
        fit=tuple(root(log["fit"][metric]).tolist()),
        early=tuple(root(log["early"][metric]).tolist()),
        best=booster.best_iteration,
    )


def _tree(root: dict, column: int, columns: int) -> forest.Tree:
    nodes = list(_preorder(root))
    number = {id(node): at for at, node in enumerate(nodes)}

    def child(node: dict, side: str) -> int:
        return number[id(node[side])] if side in node else -1

    threshold = forest.round_down([node.get("threshold", 0.0) for node in nodes])
    value = np.array([node.get("leaf_value", 0.0) for node in nodes])
    return forest.Tree(
        feature=np.array([node.get("split_feature", 0) for node in nodes]),
        threshold=threshold,
        left=np.array([child(node, "left_child") for node in nodes]),
        right=np.array([child(node, "right_child") for node in nodes]),
        missing_left=np.array([_missing_left(node) for node in nodes]),
        value=forest.single_column(value, column, columns),
    )


def _preorder(node: dict) -> Iterator[dict]:
    yield node
    for side in ("left_child", "right_child"):
        if side in node:
            yield from _preorder(node[side])


def _missing_left(node: dict) -> bool:
    """Return where NaN goes: to the default side, or as zero if the split saw none missing."""
    match node.get("missing_type"):
        case "NaN":
            return bool(node["default_left"])
        case "None":
            return node["threshold"] >= 0.0
        case None:
            return False
        case other:
            raise ValueError(f"LightGBM's missing type {other} is not used here")
