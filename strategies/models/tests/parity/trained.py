"""Makes models of every family of `gannet-train`, and what JAX or the library of trees answers.

    python trained.py DIR

Files are as `make.py` writes them, named gannet-FAMILY_TARGET_CASE. Needs the environment of
`strategies/training`.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from gannet_train import export
from gannet_train.dataset import Rows
from gannet_train.families import FAMILIES
from gannet_train.family import Task
from gannet_train.folds import split_training
from gannet_train.model import Model, Recipe

import edge
import table

ROWS, FEATURES = 4000, 32
TARGETS = {"binary": ("down", "up"), "three": ("down", "flat", "up"), "value": ()}
SHORTER = {
    "lightgbm": {"trees": 200},
    "xgboost": {"trees": 200},
    "random_forest": {"trees": 100},
    "mlp": {"epochs": 10},
    "neural_ode": {"epochs": 5},
    "hybrid_meta": {"trees": 40, "inner_folds": 2},
}


def rows_of(target: str, missing: bool) -> Rows:
    """Rows half of whose values are whole numbers, so that they equal thresholds."""
    rng = np.random.default_rng(3)
    x = rng.standard_normal((ROWS, FEATURES)).astype(np.float32)
    x[:, ::2] = np.round(x[:, ::2] * 3)
    x[:, 5] *= 30_000.0
    value = x[:, 0] / 3 + np.sin(3 * x[:, 1]) + 0.5 * rng.standard_normal(ROWS)
    if missing:
        x[rng.random(x.shape) < 0.1] = np.nan
    bounds = {"binary": [0.3], "three": [-0.7, 0.7]}
    y = np.digitize(value, bounds[target]).astype(float) if target in bounds else value
    return Rows(x, y, np.arange(ROWS), np.arange(ROWS) + 1)


def made(family: str, target: str, rows: Rows) -> Model:
    """A model as a run of `gannet-train` makes it, calibrated by Platt's method."""
    known = FAMILIES[family]
    parameters = {**known.defaults, **SHORTER[family]}
    recipe = Recipe(known, Task(TARGETS[target]), parameters, "platt", "balanced", 5, 1, 1)
    return recipe.make(rows, split_training(rows, np.arange(ROWS), 1))


def write(folder: Path, family: str, target: str, case: str) -> None:
    """Writes one model and the answers to its first thousand rows."""
    rows = rows_of(target, case == "missing")
    model = made(family, target, rows)
    file = export.to_onnx(model, Task(TARGETS[target]), FEATURES)
    answer(folder / f"gannet-{family}_{target}_{case}.onnx", file, model, rows.X[:1000])
    if case == "plain" and FAMILIES[family].takes_missing:
        x = edge.on_thresholds(onnx.load_from_string(file), rows.X[:1000])
        answer(folder / f"gannet-{family}_{target}_edge.onnx", file, model, x)


def answer(path: Path, file: bytes, model: Model, x: np.ndarray) -> None:
    """Writes a model and what is answered to rows."""
    path.write_bytes(file)
    answers = [("ort", export.run(file, x)), ("lib", model.predict(x))]
    table.write(path.with_suffix(".csv"), x, answers)


if __name__ == "__main__":
    target_folder = Path(sys.argv[1])
    target_folder.mkdir(parents=True, exist_ok=True)
    for family in FAMILIES:
        for target in TARGETS:
            write(target_folder, family, target, "plain")
            if FAMILIES[family].takes_missing:
                write(target_folder, family, target, "missing")
