"""XGBoost: gradient boosting, level by level."""

import json
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import xgboost

from gannet_train import forest
from gannet_train.calibration import Calibrator
from gannet_train.families.trees import Ensemble, shares
from gannet_train.family import Curve, Fitted, Parameters, Request
from gannet_train.graph import Graph


class XgBoost:
    """The family."""

    name = "xgboost"
    tools = ("xgboost-cpu",)
    takes_missing = True
    defaults: ClassVar[Parameters] = {
        "trees": 400,
        "depth": 4,
        "learning_rate": 0.03,
        "leaf_weight": 20.0,
        "feature_share": 0.8,
        "row_share": 0.8,
        "l2": 1.0,
        "patience": 40,
    }

    def fit(self, request: Request) -> Fitted:
        """Fit with early stopping; one thread, so that sums are in one order."""
        p, task = request.parameters, request.task
        objective = {
            "identity": "reg:squarederror",
            "logistic": "binary:logistic",
            "softmax": "multi:softprob",
        }
        base = float(np.average(request.fit.y, weights=request.weight))
        settings = {
            "objective": objective[task.link],
            "eval_metric": {"identity": "rmse", "logistic": "logloss", "softmax": "mlogloss"}[
                task.link
            ],
            "max_depth": int(p["depth"]),
            "learning_rate": p["learning_rate"],
            "min_child_weight": p["leaf_weight"],
            "colsample_bytree": p["feature_share"],
            "subsample": p["row_share"],
            "lambda": p["l2"],
            # One number that is known, not one that each release estimates in its own way.
            "base_score": base if task.is_regression else 0.5,
            "tree_method": "hist",
            "seed": request.seed,
            "nthread": 1,
            "verbosity": 0,
        }
        if task.columns > 1:
            settings["num_class"] = task.columns
        fit = xgboost.DMatrix(request.fit.X, request.fit.y, weight=request.weight, nthread=1)
        early = xgboost.DMatrix(request.early.X, request.early.y, nthread=1)
        log: dict[str, dict[str, list[float]]] = {}
        booster = xgboost.train(
            settings,
            fit,
            num_boost_round=int(p["trees"]),
            evals=[(fit, "fit"), (early, "early")],
            early_stopping_rounds=int(p["patience"]),
            evals_result=log,
            verbose_eval=False,
        )
        kept = booster[: booster.best_iteration + 1]
        metric = settings["eval_metric"]
        curve = Curve(
            model="xgboost",
            unit="trees",
            metric=task.metric,
            fit=tuple(log["fit"][metric]),
            early=tuple(log["early"][metric]),
            best=booster.best_iteration + 1,
        )
        base_score = np.full(task.columns, settings["base_score"] if task.link != "logistic" else 0)
        return FittedXgBoost(kept, task.link, base_score.astype(np.float64), [curve])


@dataclass(frozen=True)
class FittedXgBoost:
    """A fitted booster."""

    booster: xgboost.Booster
    link: str
    base: np.ndarray  # [columns], as scores
    curves: list[Curve]

    @property
    def gain(self) -> np.ndarray:
        """The reduction of loss by splits on each feature, as shares."""
        gains = self.booster.get_score(importance_type="total_gain")
        count = self.booster.num_features()
        return shares(np.array([gains.get(f"f{at}", 0.0) for at in range(count)]))

    def scores(self, X: np.ndarray) -> np.ndarray:
        """Return XGBoost's margins."""
        raw = self.booster.predict(xgboost.DMatrix(X, nthread=1), output_margin=True)
        return np.asarray(raw, dtype=np.float64).reshape(len(X), len(self.base))

    def attach(self, graph: Graph, x: str, calibrator: Calibrator) -> str:
        """Add the trees, read from XGBoost's own JSON."""
        model = json.loads(self.booster.save_raw("json"))
        booster = model["learner"]["gradient_booster"]["model"]
        trees = [
            _tree(tree, column, len(self.base))
            for tree, column in zip(booster["trees"], booster["tree_info"], strict=True)
        ]
        return Ensemble(trees, forest.LESS, self.base).attach(graph, x, calibrator)


def _tree(tree: dict, column: int, columns: int) -> forest.Tree:
    left = np.array(tree["left_children"])
    # A leaf's value stands where a branch has its threshold.
    conditions = np.array(tree["split_conditions"], dtype=np.float32)
    value = np.where(left < 0, conditions, 0.0).astype(np.float64)
    return forest.Tree(
        feature=np.array(tree["split_indices"]),
        threshold=conditions,
        left=left,
        right=np.array(tree["right_children"]),
        missing_left=np.array(tree["default_left"], dtype=bool),
        value=forest.single_column(value, column, columns),
    )
