"""The exported graph of every family says what its library says, on a thousand rows."""

from functools import cache

import numpy as np
import pytest

from gannet_train import calibration, export
from gannet_train.dataset import Rows
from gannet_train.families import FAMILIES
from gannet_train.family import Request, Task
from gannet_train.folds import split_training
from gannet_train.model import Model, Recipe
from gannet_train.weights import class_weights

ROWS = 1000
TARGETS = {"binary": ("down", "up"), "three_class": ("down", "flat", "up"), "regression": ()}
TREES = ("lightgbm", "xgboost", "random_forest")
SMALL = {
    "lightgbm": {"trees": 60},
    "xgboost": {"trees": 60},
    "random_forest": {"trees": 30},
    "mlp": {"epochs": 6},
    "neural_ode": {"epochs": 4},
    "hybrid_meta": {"trees": 20, "inner_folds": 2},
}


def rows_of(target: str, *, missing: bool = False) -> Rows:
    """Return rows half of whose values are whole numbers, so that thresholds equal inputs."""
    rng = np.random.default_rng(3)
    X = rng.standard_normal((ROWS, 6)).astype(np.float32)
    X[:, ::2] = np.round(X[:, ::2] * 3)
    X[:, 5] *= 30_000.0
    value = X[:, 0] / 3 + np.sin(3 * X[:, 1]) + 0.5 * rng.standard_normal(ROWS)
    if missing:
        X[rng.random(X.shape) < 0.1] = np.nan
        X[rng.random(ROWS) < 0.05] = np.nan
    bounds = {"binary": [0.3], "three_class": [-0.7, 0.7]}
    y = np.digitize(value, bounds[target]).astype(float) if target in bounds else value
    return Rows(X, y, np.arange(ROWS), np.arange(ROWS) + 1)


def made(family: str, target: str, rows: Rows, method: str = "platt", **more: float) -> Model:
    known = FAMILIES[family]
    parameters = {**known.defaults, **SMALL[family], **more}
    recipe = Recipe(known, Task(TARGETS[target]), parameters, method, "balanced", 5, 1, 1)
    return recipe.make(rows, split_training(rows, np.arange(ROWS), 1))


@cache
def plain(family: str, target: str) -> Model:
    return made(family, target, rows_of(target))


def check(model: Model, target: str, X: np.ndarray) -> None:
    """Compare the calibrated and the bare graph with the library."""
    task = Task(TARGETS[target])
    for each in (model, model.uncalibrated(task)):
        file = export.to_onnx(each, task, X.shape[1])
        worst = np.abs(export.run(file, X) - each.predict(X)).max()
        assert worst <= 1e-5, worst
        assert np.ptp(each.predict(X)) > 0.01


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("family", FAMILIES)
def test_parity(family, target):
    check(plain(family, target), target, rows_of(target).X)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("family", TREES)
def test_parity_with_missing_values(family, target):
    rows = rows_of(target, missing=True)
    check(made(family, target, rows), target, rows.X)


@pytest.mark.parametrize("family", TREES)
def test_values_missing_only_later_take_the_library_s_side(family):
    holes = rows_of("binary", missing=True).X
    check(plain(family, "binary"), "binary", holes)


@pytest.mark.parametrize("target", ["binary", "three_class"])
@pytest.mark.parametrize("family", ["lightgbm", "random_forest", "mlp"])
def test_parity_of_isotonic_calibration(family, target):
    rows = rows_of(target)
    check(made(family, target, rows, "isotonic"), target, rows.X)


@pytest.mark.parametrize(
    ("family", "more"),
    [
        ("lightgbm", {"trees": 1}),
        ("lightgbm", {"trees": 1000, "patience": 1000}),
        ("lightgbm", {"leaves": 2}),
        ("xgboost", {"trees": 1}),
        ("xgboost", {"trees": 1000, "patience": 1000}),
        ("xgboost", {"depth": 1}),
        ("xgboost", {"depth": 12, "leaf_weight": 0.0}),
        ("random_forest", {"trees": 1}),
        ("random_forest", {"depth": 1}),
        ("random_forest", {"depth": 12, "leaf_rows": 1}),
    ],
)
def test_parity_of_small_and_large_trees(family, more):
    rows = rows_of("three_class")
    check(made(family, "three_class", rows, **more), "three_class", rows.X)


def test_a_library_s_tree_of_one_leaf_is_a_constant():
    rows = rows_of("binary")
    family = FAMILIES["lightgbm"]
    request = Request(
        task=Task(TARGETS["binary"]),
        fit=rows,
        early=rows,
        weight=class_weights(Task(TARGETS["binary"]), rows.y, "none"),
        seed=1,
        embargo=0,
        parameters={**family.defaults, "trees": 3, "leaf_rows": ROWS},
    )
    fitted = family.fit(request)
    model = Model(fitted, calibration.Affine.idle(fitted.link, 1))
    answer = export.run(export.to_onnx(model, request.task, 6), rows.X)
    np.testing.assert_allclose(answer[:, 1], rows.y.mean(), atol=1e-6)


@pytest.mark.parametrize("family", FAMILIES)
def test_equal_runs_export_equal_bytes(family):
    task = Task(TARGETS["binary"])
    first = export.to_onnx(plain(family, "binary"), task, 6)
    again = export.to_onnx(made(family, "binary", rows_of("binary")), task, 6)
    assert first == again


def test_a_graph_that_differs_is_not_accepted():
    model = plain("lightgbm", "binary")
    file = export.to_onnx(plain("xgboost", "binary"), Task(TARGETS["binary"]), 6)
    with pytest.raises(export.ParityError):
        export.largest_difference(file, model, rows_of("binary").X)
