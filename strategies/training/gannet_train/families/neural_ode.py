"""A neural ordinary differential equation (Chen et al. 2018): depth as time.

```text
 h(0) = tanh(W₀ x + b₀)      dh/dt = W₂ tanh(W₁ h + u t + b₁) + b₂      score = W₃ h(1) + b₃
```
It is trained through diffrax's Heun solver with a fixed step. The export unrolls the same steps,
so what the engine runs is what was trained, with neither a loop nor a step size to choose.
"""

from functools import lru_cache
from typing import ClassVar

import diffrax
import jax
import jax.numpy as jnp
import numpy as np

from gannet_train.family import Fitted, Parameters, Request
from gannet_train.graph import Graph
from gannet_train.neural import Network, Weights, dense, train


class NeuralOde:
    """The family."""

    name = "neural_ode"
    tools = ("diffrax", "jax", "jaxlib", "optax")
    takes_missing = False
    defaults: ClassVar[Parameters] = {
        "state": 16,
        "hidden": 32,
        "steps": 6,
        "learning_rate": 0.002,
        "decay": 0.01,
        "epochs": 60,
        "patience": 8,
    }

    def fit(self, request: Request) -> Fitted:
        """Train it."""
        p = request.parameters
        return train(_network(int(p["state"]), int(p["hidden"]), int(p["steps"])), request)


@lru_cache
def _network(state: int, hidden: int, steps: int) -> Network:
    dt = 1.0 / steps

    def start(key: jax.Array, inputs: int, outputs: int) -> Weights:
        keys = jax.random.split(key, 4)
        return {
            "w0": dense(keys[0], inputs, state),
            "b0": jnp.zeros(state),
            "w1": dense(keys[1], state, hidden),
            "u": jnp.zeros(hidden),
            "b1": jnp.zeros(hidden),
            "w2": dense(keys[2], hidden, state),
            "b2": jnp.zeros(state),
            "w3": dense(keys[3], state, outputs),
            "b3": jnp.zeros(outputs),
        }

    def field(t: jax.Array, h: jax.Array, weights: Weights) -> jax.Array:
        inner = jnp.tanh(h @ weights["w1"] + (weights["u"] * t + weights["b1"]))
        return inner @ weights["w2"] + weights["b2"]

    def apply(weights: Weights, X: jax.Array) -> jax.Array:
        start_state = jnp.tanh(X @ weights["w0"] + weights["b0"])
        solution = diffrax.diffeqsolve(
            diffrax.ODETerm(field),
            diffrax.Heun(),
            t0=0.0,
            t1=1.0,
            dt0=None,
            y0=start_state,
            args=weights,
            stepsize_controller=diffrax.StepTo(jnp.linspace(0.0, 1.0, steps + 1)),
            max_steps=steps,
        )
        return solution.ys[-1] @ weights["w3"] + weights["b3"]

    def attach(graph: Graph, x: str, weights: dict[str, np.ndarray]) -> str:
        w1, w2 = graph.constant(weights["w1"]), graph.constant(weights["w2"])
        b2 = graph.constant(weights["b2"])

        def slope(t: float, h: str) -> str:
            bias = graph.constant(weights["u"] * np.float32(t) + weights["b1"])
            return graph.add("Gemm", graph.add("Tanh", graph.add("Gemm", h, w1, bias)), w2, b2)

        whole, half = graph.constant(np.float32(dt)), graph.constant(np.float32(0.5 * dt))
        h = graph.add("Tanh", graph.gemm(x, weights["w0"], weights["b0"]))
        for number in range(steps):
            first = slope(number * dt, h)
            ahead = graph.add("Add", h, graph.add("Mul", first, whole))
            second = slope((number + 1) * dt, ahead)
            both = graph.add("Add", first, second)
            h = graph.add("Add", h, graph.add("Mul", both, half))
        return graph.gemm(h, weights["w3"], weights["b3"])

    return Network(NeuralOde.name, start, apply, attach)
