"""Makes models with the ecosystem's own tools, and what those tools answer, for comparison.

    python make.py small DIR     the models of tests/data: a few kilobytes each, 16 rows
    python make.py large DIR     the matrix (`matrix.py`) and the graphs: 1,000 rows each, ten minutes

Beside NAME.onnx lies NAME.csv: the features of each row, then what onnxruntime answers (columns
`ort:0`, `ort:1`, …) and, where there is one, what the training library answers (`lib:0`, …).
`examples/compare.rs` compares them with the engine.
Needs: lightgbm, xgboost, scikit-learn, onnxmltools, skl2onnx, onnxruntime, onnx.
"""

import sys
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from lightgbm import LGBMClassifier, LGBMRegressor
from onnxmltools import convert_lightgbm, convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType as OmlFloats
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from xgboost import XGBClassifier, XGBRegressor

import matrix
import synthetic
import table

warnings.filterwarnings("ignore")


class Maker:
    """Trains on generated rows and writes models with answers."""

    def __init__(self, folder: Path, features: int, rows: int, answers: int) -> None:
        self.folder, self.features, self.answers = folder, features, answers
        rng = np.random.default_rng(0)
        self.x = rng.normal(size=(rows, features)).astype(np.float32)
        signal = self.x[:, 0] * self.x[:, 1] + np.sin(self.x[:, 2])
        signal += 0.3 * rng.normal(size=rows)
        self.binary = (signal > 0).astype(int)
        self.three = np.digitize(signal, [-0.5, 0.5])
        self.value = signal.astype(np.float32)
        self.holes = np.where(rng.random(self.x.shape) < 0.1, np.nan, self.x).astype(np.float32)
        # One decimal: few distinct values, and thresholds between or at them.
        self.grid = np.round(self.x, 1).astype(np.float32)

    def write(self, name: str, model: onnx.ModelProto, library=None, x=None) -> None:
        """Writes a model and the answers to the first rows of `x`."""
        x = (self.x if x is None else x)[: self.answers]
        model.ir_version = min(model.ir_version, 10)
        # Doc strings and hit rates say nothing that is computed.
        for node in model.graph.node:
            for attribute in list(node.attribute):
                if attribute.name.startswith("nodes_hitrates"):
                    node.attribute.remove(attribute)
        path = self.folder / f"{name}.onnx"
        onnx.save(model, path)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(
            path, options, providers=["CPUExecutionProvider"]
        )
        input_name = session.get_inputs()[0].name
        # Row by row: what a trading engine asks, and one definite order of additions.
        answers = [session.run(None, {input_name: x[row : row + 1]}) for row in range(len(x))]
        numbers = [
            np.asarray(row[last_of_numbers(row)], dtype=np.float32).reshape(-1) for row in answers
        ]
        groups = [("ort", np.stack(numbers))]
        if library is not None:
            groups.append(("lib", np.asarray(library(x), dtype=np.float64).reshape(len(x), -1)))
        table.write(self.folder / f"{name}.csv", x, groups)

    def lightgbm(self, name, model, y, x=None) -> onnx.ModelProto:
        x = self.x if x is None else x
        model.fit(x, y)
        converted = convert_lightgbm(
            model, initial_types=[("x", OmlFloats([None, x.shape[1]]))], zipmap=False,
            target_opset=15,
        )
        self.write(name, converted, predictor(model), x)
        return converted

    def xgboost(self, name, model, y, x=None) -> onnx.ModelProto:
        x = self.x if x is None else x
        model.fit(x, y)
        converted = convert_xgboost(
            model, initial_types=[("x", OmlFloats([None, x.shape[1]]))], target_opset=15
        )
        self.write(name, converted, predictor(model), x)
        return converted

    def sklearn(self, name, model, y, x=None) -> onnx.ModelProto:
        x = self.x if x is None else x
        model.fit(x, y)
        is_classifier = hasattr(model, "predict_proba")
        converted = convert_sklearn(
            model, initial_types=[("x", FloatTensorType([None, x.shape[1]]))],
            options={"zipmap": False} if is_classifier else None, target_opset=15,
        )
        self.write(name, converted, predictor(model), x)
        return converted


def predictor(model):
    """The library's own prediction: probabilities if it has them."""
    return model.predict_proba if hasattr(model, "predict_proba") else model.predict


def last_of_numbers(outputs) -> int:
    """The last output that is an array of floats."""
    floats = [i for i, it in enumerate(outputs) if getattr(it, "dtype", None) == np.float32]
    return floats[-1]


def small(folder: Path) -> None:
    make = Maker(folder, features=5, rows=400, answers=16)
    quiet = {"verbose": -1, "n_jobs": 1, "random_state": 1}
    one = {"n_jobs": 1, "random_state": 1}
    make.lightgbm("lightgbm_binary", LGBMClassifier(n_estimators=10, num_leaves=12, **quiet), make.binary)
    make.lightgbm("lightgbm_three", LGBMClassifier(n_estimators=5, num_leaves=7, **quiet), make.three)
    make.lightgbm("lightgbm_missing", LGBMClassifier(n_estimators=10, num_leaves=8, **quiet), make.binary, make.holes)
    make.lightgbm("lightgbm_value", LGBMRegressor(n_estimators=10, num_leaves=40, min_child_samples=2, **quiet), make.value)
    make.xgboost("xgboost_binary", XGBClassifier(n_estimators=10, max_depth=4, **one), make.binary)
    make.xgboost("xgboost_three", XGBClassifier(n_estimators=4, max_depth=3, **one), make.three)
    make.xgboost("xgboost_missing", XGBClassifier(n_estimators=6, max_depth=4, **one), make.binary, make.holes)
    make.xgboost("xgboost_value", XGBRegressor(n_estimators=6, max_depth=5, **one), make.value)
    make.sklearn("forest_binary", RandomForestClassifier(5, max_depth=7, **one), make.binary)
    make.sklearn("forest_three", RandomForestClassifier(5, max_depth=3, **one), make.three)
    make.sklearn("mlp_binary", make_pipeline(StandardScaler(), MLPClassifier((16, 8), max_iter=30, random_state=1)), make.binary)
    make.sklearn("mlp_three", MLPClassifier((8,), activation="tanh", max_iter=30, random_state=1), make.three)
    make.sklearn("logistic_three", LogisticRegression(), make.three)
    synthetic.write_all(make)


def large(folder: Path) -> None:
    make = Maker(folder, features=32, rows=4000, answers=1000)
    matrix.write_all(make)
    synthetic.write_all(make)


if __name__ == "__main__":
    which, target = sys.argv[1], Path(sys.argv[2])
    target.mkdir(parents=True, exist_ok=True)
    {"small": small, "large": large}[which](target)
