"""Times onnxruntime, one row at a time, on the models that `make.py speed DIR` wrote.

    python speed.py DIR [COUNT]

The call through Python is timed, too: the first line is a graph that only passes its input on.
"""

import sys
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper


def session(model) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def identity(width: int) -> bytes:
    value = lambda name: helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, width])
    graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "g", [value("x")], [value("y")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    return model.SerializeToString()


def times(model, rows: np.ndarray, count: int) -> tuple[int, int]:
    """p50 and p99 in nanoseconds."""
    run = session(model)
    names = [run.get_outputs()[-1].name]
    inputs = [{run.get_inputs()[0].name: rows[at : at + 1]} for at in range(len(rows))]
    for feed in inputs:
        run.run(names, feed)
    taken = np.empty(count, dtype=np.int64)
    for at in range(count):
        feed = inputs[at % len(inputs)]
        start = time.perf_counter_ns()
        run.run(names, feed)
        taken[at] = time.perf_counter_ns() - start
    return int(np.percentile(taken, 50)), int(np.percentile(taken, 99))


if __name__ == "__main__":
    folder, count = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
    print(f"onnxruntime {onnxruntime.__version__} from Python, {count} calls of one row each")
    print("identity   p50={} ns p99={} ns".format(*times(identity(32), np.zeros((16, 32), np.float32), count)))
    for path in sorted(folder.glob("*.onnx")):
        width = onnx.load(path).graph.input[0].type.tensor_type.shape.dim[1].dim_value
        rows = np.genfromtxt(path.with_suffix(".csv"), delimiter=",", skip_header=1, dtype=np.float32)
        print("{:10} p50={} ns p99={} ns".format(path.stem, *times(str(path), rows[:, :width].copy(), count)))
