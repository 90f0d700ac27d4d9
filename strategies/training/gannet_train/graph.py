"""A graph of ONNX nodes under construction: what every family's export is written with.

Names are given in order of construction and serialisation is deterministic, so the same model
gives the same bytes.
"""

from dataclasses import dataclass, field

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

# Versions that onnxruntime, tract and the engine's own compiler all read.
IR_VERSION = 8
OPSET = 17
OPSET_ML = 3
ML = "ai.onnx.ml"

INPUT = "x"


@dataclass
class Graph:
    """Nodes and constants in the order they were added."""

    features: int
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)

    def constant(self, values: np.ndarray | list[float]) -> str:
        """Add float32 values and return their name."""
        name = f"c{len(self.constants)}"
        array = np.ascontiguousarray(values, dtype=np.float32)
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def add(self, kind: str, *inputs: str, domain: str = "", **attributes: object) -> str:
        """Add a node with one output and return the output's name."""
        name = f"{kind.lower()}{len(self.nodes)}"
        self.nodes.append(
            helper.make_node(kind, list(inputs), [name], name, domain=domain, **attributes)
        )
        return name

    def gemm(self, x: str, weight: np.ndarray, bias: np.ndarray) -> str:
        """Add ``x · weight + bias`` for a weight [inputs, outputs]."""
        return self.add("Gemm", x, self.constant(weight), self.constant(bias))

    def model(self, output: str, name: str, columns: int) -> onnx.ModelProto:
        """Return the whole with an output of that name, float32 [N, columns]."""
        last = next(node for node in self.nodes if node.output[0] == output)
        for node in self.nodes:
            node.input[:] = [name if used == output else used for used in node.input]
        last.output[0] = name
        graph = helper.make_graph(
            self.nodes,
            "gannet",
            [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["N", self.features])],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", columns])],
            self.constants,
        )
        return helper.make_model(
            graph,
            producer_name="gannet-train",
            ir_version=IR_VERSION,
            opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(ML, OPSET_ML)],
        )
