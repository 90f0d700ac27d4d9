"""The matrix of parity: each library of trees by what is learned, and by what makes trees odd.

Names are FAMILY_TARGET_CASE; targets are `binary`, `three` (classes) and `value` (regression). The
case `edge` asks a model of `many` trees for rows whose values are its own thresholds, and the
floats beside them.
"""

import numpy as np
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from xgboost import XGBClassifier, XGBRegressor

import edge

ONE = {"n_jobs": 1, "random_state": 1}

# Parameters of each case, by family. The leaf of a tree of depth 12 may hold one row.
LIGHTGBM = {
    "many": {"n_estimators": 200, "num_leaves": 31},
    "missing": {"n_estimators": 200, "num_leaves": 31},
    "1": {"n_estimators": 1},
    "1000": {"n_estimators": 1000, "num_leaves": 15, "learning_rate": 0.02},
    "depth1": {"n_estimators": 100, "max_depth": 1},
    "depth12": {"n_estimators": 30, "max_depth": 12, "num_leaves": 1000, "min_child_samples": 1},
    "leaves64": {"n_estimators": 100, "num_leaves": 64},
    "oneleaf": {"n_estimators": 3},
}
XGBOOST = {
    "many": {"n_estimators": 200, "max_depth": 5},
    "missing": {"n_estimators": 200, "max_depth": 5},
    "1": {"n_estimators": 1},
    "1000": {"n_estimators": 1000, "max_depth": 4, "learning_rate": 0.02},
    "depth1": {"n_estimators": 100, "max_depth": 1},
    "depth12": {"n_estimators": 30, "max_depth": 12, "min_child_weight": 0},
    "exact": {"n_estimators": 100, "max_depth": 5, "tree_method": "exact"},
    "oneleaf": {"n_estimators": 3, "gamma": 1e9},
}
FOREST = {
    "many": {"n_estimators": 100, "max_depth": 8},
    "missing": {"n_estimators": 100, "max_depth": 8},
    "1": {"n_estimators": 1},
    "1000": {"n_estimators": 1000, "max_depth": 4},
    "depth1": {"n_estimators": 100, "max_depth": 1},
    "depth12": {"n_estimators": 30, "max_depth": 12},
    "oneleaf": {"n_estimators": 3},
}


def write_all(make) -> None:
    """Writes every model of the matrix, and networks."""
    quiet = {"verbose": -1, **ONE}
    family(make, "lightgbm", LIGHTGBM, make.lightgbm, LGBMClassifier, LGBMRegressor, quiet)
    family(make, "xgboost", XGBOOST, make.xgboost, XGBClassifier, XGBRegressor, ONE)
    rooted = {"max_features": "sqrt", **ONE}
    family(make, "forest", FOREST, make.sklearn, RandomForestClassifier, RandomForestRegressor, rooted)
    extra = {"many": FOREST["many"]}
    family(make, "extratrees", extra, make.sklearn, ExtraTreesClassifier, ExtraTreesRegressor, rooted)
    boosting = GradientBoostingClassifier(n_estimators=50, random_state=1)
    make.sklearn("boosting_binary_many", boosting, make.binary)
    networks(make)


def family(make, name, cases, write, classifier, regressor, common) -> None:
    """Writes the cases of a family for every target."""
    # Nothing to split by: trees of one leaf.
    constant = np.zeros_like(make.x)
    inputs = {"missing": make.holes, "oneleaf": constant}
    for target, y, kind in targets(make, classifier, regressor):
        for case, parameters in cases.items():
            model = kind(**{**common, **parameters})
            x = inputs.get(case, make.x)
            if name == "xgboost" and case == "oneleaf":
                x = make.x
            written = write(f"{name}_{target}_{case}", model, y, x)
            if case == "many":
                library = getattr(model, "predict_proba", model.predict)
                rows = edge.on_thresholds(written, make.x[: make.answers])
                make.write(f"{name}_{target}_edge", written, library, rows)


def targets(make, classifier, regressor):
    """What is learned, and by which of two kinds of model."""
    return [
        ("binary", make.binary, classifier),
        ("three", make.three, classifier),
        ("value", make.value, regressor),
    ]


def networks(make) -> None:
    """Writes dense networks, with and without a scaler, and linear models."""
    for target, y, kind in targets(make, MLPClassifier, MLPRegressor):
        for activation in ["relu", "tanh", "logistic", "identity"]:
            net = kind(hidden_layer_sizes=(64, 32), activation=activation, max_iter=15, random_state=1)
            make.sklearn(f"mlp_{target}_{activation}", net, y)
        net = kind(hidden_layer_sizes=(64, 32), max_iter=15, random_state=1)
        make.sklearn(f"mlp_{target}_scaled", make_pipeline(StandardScaler(), net), y)
    make.sklearn("logistic_binary_scaled", make_pipeline(StandardScaler(), LogisticRegression()), make.binary)
    make.sklearn("logistic_three_plain", LogisticRegression(), make.three)
