"""Makes the models that are measured, and what other compilers make of them.

    python make.py DIR [CPU]

For each of lightgbm, xgboost, forest and mlp there is NAME.onnx, and for trees NAME.tl2cgen.so, the
C code of tl2cgen compiled by gcc -O3 for a CPU (`native` unless given); lightgbm.lleaves.so is what
LLVM makes of lleaves' code. rows.csv has a thousand rows of 32 features. Every seed is fixed.
Needs gcc and the packages of `requirements.txt`.
"""

import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import lleaves
import numpy as np
import onnx
import tl2cgen
import treelite
from lightgbm import LGBMClassifier
from onnxmltools import convert_lightgbm, convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType as OmlFloats
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import RandomForestClassifier
from sklearn.neural_network import MLPClassifier
from xgboost import XGBClassifier

warnings.filterwarnings("ignore")

FEATURES, TRAINED, ASKED = 32, 20_000, 1000
SEED = 1


def rows() -> tuple[np.ndarray, np.ndarray]:
    """Rows, and classes that depend on three of their features and noise."""
    rng = np.random.default_rng(SEED)
    x = rng.normal(size=(TRAINED, FEATURES)).astype(np.float32)
    signal = x[:, 0] * x[:, 1] + np.sin(x[:, 2]) + 0.3 * rng.normal(size=TRAINED)
    return x, (signal > 0).astype(int)


def save(folder: Path, name: str, model: onnx.ModelProto) -> None:
    """Writes a model without the counts of rows, which no engine needs."""
    model.ir_version = min(model.ir_version, 10)
    for node in model.graph.node:
        for attribute in list(node.attribute):
            if attribute.name.startswith("nodes_hitrates"):
                node.attribute.remove(attribute)
    onnx.save(model, folder / f"{name}.onnx")


def compile_c(folder: Path, name: str, model: treelite.Model, cpu: str) -> None:
    """Writes the shared object of tl2cgen's C code."""
    with tempfile.TemporaryDirectory() as sources:
        tl2cgen.generate_c_code(model, dirpath=sources, params={"parallel_comp": 8})
        files = sorted(str(path) for path in Path(sources).glob("*.c"))
        flags = ["-O3", f"-march={cpu}", "-shared", "-fPIC", "-o"]
        subprocess.run(["gcc", *flags, str(folder / f"{name}.tl2cgen.so"), *files], check=True)


def compile_llvm(folder: Path, text: Path) -> None:
    """Writes the shared object of lleaves' code, optimised for this machine by LLVM."""
    with tempfile.TemporaryDirectory() as build:
        cache = Path(build) / "model.o"
        lleaves.Model(model_file=str(text)).compile(cache=str(cache))
        out = str(folder / "lightgbm.lleaves.so")
        subprocess.run(["gcc", "-shared", "-o", out, str(cache), "-lm"], check=True)


def main(folder: Path, cpu: str) -> None:
    """Writes everything."""
    folder.mkdir(parents=True, exist_ok=True)
    x, y = rows()
    one = {"n_jobs": 1, "random_state": SEED}
    floats = [("x", FloatTensorType([None, FEATURES]))]
    oml_floats = [("x", OmlFloats([None, FEATURES]))]
    plain = {"zipmap": False}

    lightgbm = LGBMClassifier(n_estimators=200, num_leaves=31, verbose=-1, **one).fit(x, y)
    save(folder, "lightgbm", convert_lightgbm(lightgbm, initial_types=oml_floats, zipmap=False, target_opset=15))
    text = folder / "lightgbm.txt"
    lightgbm.booster_.save_model(text)
    compile_c(folder, "lightgbm", treelite.frontend.load_lightgbm_model(text), cpu)
    compile_llvm(folder, text)

    xgboost = XGBClassifier(n_estimators=200, max_depth=5, **one).fit(x, y)
    save(folder, "xgboost", convert_xgboost(xgboost, initial_types=oml_floats, target_opset=15))
    compile_c(folder, "xgboost", treelite.frontend.from_xgboost(xgboost.get_booster()), cpu)

    forest = RandomForestClassifier(100, max_depth=8, **one).fit(x, y)
    save(folder, "forest", convert_sklearn(forest, initial_types=floats, options=plain, target_opset=15))
    compile_c(folder, "forest", treelite.sklearn.import_model(forest), cpu)

    mlp = MLPClassifier((64, 32), max_iter=20, random_state=SEED).fit(x, y)
    save(folder, "mlp", convert_sklearn(mlp, initial_types=floats, options=plain, target_opset=15))

    asked = [",".join(repr(float(value)) for value in row) for row in x[:ASKED]]
    (folder / "rows.csv").write_text("\n".join(asked) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "native")
