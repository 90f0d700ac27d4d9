"""Networks in JAX: how they are trained, whatever they compute.

Inputs are standardised with the mean and deviation of the fitting rows and clipped; values to
predict are standardised too, which the exported last layer undoes. Batches and chunks have fixed
sizes, so that each step is compiled once for all folds of a run.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

# Before JAX starts: sums of one thread are in one order. A user's own flags are kept.
os.environ["XLA_FLAGS"] = (
    os.environ.get("XLA_FLAGS", "") + " --xla_cpu_multi_thread_eigen=false"
).strip()
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import jax.numpy as jnp
import numpy as np
import optax

from gannet_train.calibration import Calibrator
from gannet_train.family import Curve, Request, Task
from gannet_train.graph import Graph

Weights = dict[str, jax.Array]

# Standardised inputs beyond are clipped: one bad print must not leave the region that was learned.
CLIP = 6.0

BATCH = 256
CHUNK = 1024


@dataclass(frozen=True)
class Network:
    """What is computed: a name, and three functions that agree on the names of the weights."""

    name: str  # the family
    start: Callable[[jax.Array, int, int], Weights]  # key, inputs, outputs
    apply: Callable[[Weights, jax.Array], jax.Array]  # standardised [N, inputs] to [N, outputs]
    attach: Callable[[Graph, str, dict[str, np.ndarray]], str]  # the same as ONNX nodes


@dataclass(frozen=True)
class Scale:
    """Means and deviations of the fitting rows; constant columns have a deviation of one."""

    mean: np.ndarray
    deviation: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray) -> "Scale":
        """Return the scale of columns, float32."""
        wide = values.astype(np.float64)
        deviation = wide.std(axis=0)
        deviation = np.where(deviation > 0.0, deviation, 1.0)
        return cls(wide.mean(axis=0).astype(np.float32), deviation.astype(np.float32))

    def apply(self, X: np.ndarray) -> np.ndarray:
        """Return standardised and clipped rows."""
        return np.clip((X - self.mean) / self.deviation, -CLIP, CLIP)

    def attach(self, graph: Graph, x: str) -> str:
        """Add the same."""
        centred = graph.add("Sub", x, graph.constant(self.mean))
        scaled = graph.add("Div", centred, graph.constant(self.deviation))
        low, high = graph.constant(np.float32(-CLIP)), graph.constant(np.float32(CLIP))
        return graph.add("Clip", scaled, low, high)


@dataclass(frozen=True)
class FittedNetwork:
    """A trained network; its gain is not known without permuting."""

    network: Network
    weights: Weights
    scale: Scale
    outputs: Scale  # of the value to predict; mean zero, deviation one for classes
    link: str
    curves: list[Curve]
    gain: None = None

    def scores(self, X: np.ndarray) -> np.ndarray:
        """Return JAX's own scores."""
        raw = _predict(self.network, self.weights, self.scale.apply(X))
        return (raw * self.outputs.deviation + self.outputs.mean).astype(np.float64)

    def attach(self, graph: Graph, x: str, calibrator: Calibrator) -> str:
        """Add standardisation, network and calibration."""
        weights = {name: np.asarray(value) for name, value in self.weights.items()}
        raw = self.network.attach(graph, self.scale.attach(graph, x), weights)
        if self.link == "identity":
            raw = graph.gemm(raw, np.diag(self.outputs.deviation), self.outputs.mean)
        return calibrator.attach(graph, raw)


def train(network: Network, request: Request) -> FittedNetwork:
    """Train with AdamW and keep the weights of the best epoch on the early-stopping rows."""
    p, task = request.parameters, request.task
    scale, outputs = Scale.of(request.fit.X), _output_scale(request)
    fit_X, early_X = scale.apply(request.fit.X), scale.apply(request.early.X)
    fit_y = _targets(task, outputs, request.fit.y)
    step, optimiser = _step(network, task.link, float(p["learning_rate"]), float(p["decay"]))
    key = jax.random.key(request.seed)
    weights = best = network.start(key, fit_X.shape[1], task.columns)
    state = optimiser.init(weights)
    rng = np.random.default_rng(request.seed)
    seen: list[tuple[float, float]] = []
    best_epoch = 0
    for epoch in range(int(p["epochs"])):
        total = 0.0
        batches = _batches(rng, len(fit_y))
        for index in batches:
            batch = (fit_X[index], fit_y[index], request.weight[index].astype(np.float32))
            weights, state, loss = step(weights, state, *batch)
            total += float(loss)
        early_y = _targets(task, outputs, request.early.y)
        held_out = _mean_loss(task.link, _predict(network, weights, early_X), early_y)
        seen.append((total / len(batches), held_out))
        if held_out <= min(early for _, early in seen):
            best, best_epoch = weights, epoch
        elif epoch - best_epoch >= int(p["patience"]):
            break
    unit = float(outputs.deviation[0])
    fit, early = (
        tuple(_shown(task, loss, unit) for loss in part) for part in zip(*seen, strict=True)
    )
    curve = Curve(network.name, "epochs", task.metric, fit, early, best_epoch + 1)
    return FittedNetwork(network, best, scale, outputs, task.link, [curve])


def dense(key: jax.Array, inputs: int, outputs: int) -> jax.Array:
    """Return starting weights [inputs, outputs] after Glorot and Bengio (2010), eq. 16."""
    return jax.nn.initializers.glorot_uniform()(key, (inputs, outputs), jnp.float32)


def _output_scale(request: Request) -> Scale:
    if request.task.is_regression:
        return Scale.of(request.fit.y[:, None])
    return Scale(np.zeros(1, np.float32), np.ones(1, np.float32))


def _targets(task: Task, outputs: Scale, y: np.ndarray) -> np.ndarray:
    if task.is_regression:
        return ((y - outputs.mean[0]) / outputs.deviation[0]).astype(np.float32)
    return y.astype(np.int32)


def _shown(task: Task, loss: float, unit: float) -> float:
    """Return a loss as learning curves show it: regressions in the label's unit."""
    return float(np.sqrt(loss) * unit) if task.is_regression else loss


def _batches(rng: np.random.Generator, rows: int) -> list[np.ndarray]:
    """Return indices in random order, in batches of one size; the last repeats some rows."""
    order = rng.permutation(rows)
    padded = np.resize(order, -(-rows // BATCH) * BATCH)
    return list(padded.reshape(-1, BATCH))


def _row_losses(link: str, raw: jax.Array, y: jax.Array) -> jax.Array:
    match link:
        case "identity":
            return (raw[:, 0] - y) ** 2
        case "logistic":
            return optax.sigmoid_binary_cross_entropy(raw[:, 0], y)
        case _:
            return optax.softmax_cross_entropy_with_integer_labels(raw, y)


def _mean_loss(link: str, raw: np.ndarray, y: np.ndarray) -> float:
    return float(np.mean(np.asarray(_row_losses(link, raw, y), dtype=np.float64)))


@lru_cache(maxsize=8)
def _step(
    network: Network, link: str, rate: float, decay: float
) -> tuple[Callable[..., tuple], optax.GradientTransformation]:
    optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(rate, weight_decay=decay))

    def batch_loss(weights: Weights, X: jax.Array, y: jax.Array, w: jax.Array) -> jax.Array:
        return jnp.sum(_row_losses(link, network.apply(weights, X), y) * w) / jnp.sum(w)

    @jax.jit
    def step(
        weights: Weights, state: optax.OptState, X: jax.Array, y: jax.Array, w: jax.Array
    ) -> tuple[Weights, optax.OptState, jax.Array]:
        loss, slope = jax.value_and_grad(batch_loss)(weights, X, y, w)
        updates, state = optimiser.update(slope, state, weights)
        return optax.apply_updates(weights, updates), state, loss

    return step, optimiser


@lru_cache(maxsize=8)
def _compiled(network: Network) -> Callable[[Weights, jax.Array], jax.Array]:
    return jax.jit(network.apply)


def _predict(network: Network, weights: Weights, X: np.ndarray) -> np.ndarray:
    """Return raw outputs, computed in chunks of one size."""
    rows = len(X)
    padded = np.zeros((-(-rows // CHUNK) * CHUNK, X.shape[1]), np.float32)
    padded[:rows] = X
    apply = _compiled(network)
    chunks = [np.asarray(apply(weights, part)) for part in padded.reshape(-1, CHUNK, X.shape[1])]
    return np.concatenate(chunks)[:rows]
