"""A multilayer perceptron: two hidden layers of rectified units."""

from functools import lru_cache
from typing import ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from gannet_train.family import Fitted, Parameters, Request
from gannet_train.graph import Graph
from gannet_train.neural import Network, Weights, dense, train


class Mlp:
    """The family."""

    name = "mlp"
    tools = ("jax", "jaxlib", "optax")
    takes_missing = False
    defaults: ClassVar[Parameters] = {
        "hidden_1": 64,
        "hidden_2": 32,
        "learning_rate": 0.001,
        "decay": 0.01,
        "epochs": 60,
        "patience": 8,
    }

    def fit(self, request: Request) -> Fitted:
        """Train it."""
        p = request.parameters
        return train(_network(int(p["hidden_1"]), int(p["hidden_2"])), request)


@lru_cache
def _network(hidden_1: int, hidden_2: int) -> Network:
    def start(key: jax.Array, inputs: int, outputs: int) -> Weights:
        first, second, third = jax.random.split(key, 3)
        return {
            "w1": dense(first, inputs, hidden_1),
            "b1": jnp.zeros(hidden_1),
            "w2": dense(second, hidden_1, hidden_2),
            "b2": jnp.zeros(hidden_2),
            "w3": dense(third, hidden_2, outputs),
            "b3": jnp.zeros(outputs),
        }

    def apply(weights: Weights, X: jax.Array) -> jax.Array:
        hidden = jax.nn.relu(X @ weights["w1"] + weights["b1"])
        hidden = jax.nn.relu(hidden @ weights["w2"] + weights["b2"])
        return hidden @ weights["w3"] + weights["b3"]

    def attach(graph: Graph, x: str, weights: dict[str, np.ndarray]) -> str:
        hidden = graph.add("Relu", graph.gemm(x, weights["w1"], weights["b1"]))
        hidden = graph.add("Relu", graph.gemm(hidden, weights["w2"], weights["b2"]))
        return graph.gemm(hidden, weights["w3"], weights["b3"])

    return Network(Mlp.name, start, apply, attach)
