"""The ONNX file, and the proof that it says what the library says."""

import numpy as np
import onnx
import onnxruntime

from gannet_train.family import Task
from gannet_train.graph import INPUT, Graph
from gannet_train.model import Model

# Largest difference to the library's own predictions, of a probability; of a value, relative to
# the larger of one and itself.
TOLERANCE = 1e-5


class ParityError(Exception):
    """The exported graph differs from the library: a bug of the export, nothing is written."""


def output_name(task: Task) -> str:
    """Return what the graph's output is called."""
    return "value" if task.is_regression else "probabilities"


def to_onnx(model: Model, task: Task, features: int) -> bytes:
    """Return the file; the same model gives the same bytes."""
    graph = Graph(features)
    last = model.fitted.attach(graph, INPUT, model.calibrator)
    built = graph.model(last, output_name(task), max(1, len(task.classes)))
    onnx.checker.check_model(built, full_check=True)
    return built.SerializeToString(deterministic=True)


def run(file: bytes, X: np.ndarray) -> np.ndarray:
    """Return what onnxruntime computes with one thread, float32."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    return session.run(None, {INPUT: X})[0]


def largest_difference(file: bytes, model: Model, X: np.ndarray) -> float:
    """Return the largest difference to the library over rows; raises beyond the tolerance."""
    own = model.predict(X)
    distance = np.abs(run(file, X) - own) / np.maximum(1.0, np.abs(own))
    worst = float(distance.max())
    if not worst <= TOLERANCE:
        raise ParityError(f"the exported graph is off by {worst:.2e}, more than {TOLERANCE:.0e}")
    return worst
