"""Scores to probabilities, folded into the exported graph.

Platt's method (1999) fits ``sigmoid(scale · score + shift)`` to rows that neither the fit nor early
stopping has seen; for three classes each score has its own scale and shift before a softmax. Such a
calibration is affine, so trees carry it in their leaves and networks in a last ``Gemm``. It is
sceptical: a normal prior expects no signal and the class shares of the fitted rows, and labels that
overlap count as one. A scale is never negative: scores that rank backwards on the calibration rows
give nearly constant probabilities instead of being turned around.

Isotonic regression is exported as its linear pieces, each a clipped ramp. Steps are widened until
none rises faster than ``SLOPE_MAX``, so that a float32 score suffices for 1e-5. It needs thousands
of rows to be better than Platt's method (Niculescu-Mizil and Caruana 2005).
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from sklearn.isotonic import IsotonicRegression

from gannet_train.graph import Graph

# A score near 1 has a float32 step of 6e-8: 32 times that is 2e-6 of probability.
SLOPE_MAX = 32.0

# Prior deviations in log-odds: of the shift, as shares of classes seldom move by more than seven
# points from one quarter to the next; of what one deviation of the score is worth.
SHIFT_DEVIATION = 0.3
SCALE_DEVIATION = 0.5


@dataclass(frozen=True)
class Affine:
    """``link(score · scale + shift)``."""

    scale: np.ndarray  # [columns]
    shift: np.ndarray  # [columns]
    link: str

    def apply(self, scores: np.ndarray) -> np.ndarray:
        """Return probabilities [N, classes], or values [N, 1], of scores [N, columns]."""
        return linked(scores * self.scale + self.shift, self.link)

    def attach(self, graph: Graph, scores: str) -> str:
        """Add the calibration to scores."""
        moved = graph.gemm(scores, np.diag(self.scale), self.shift) if not self.is_idle else scores
        return attach_link(graph, moved, self.link)

    @classmethod
    def idle(cls, link: str, columns: int) -> "Affine":
        """Return a calibration that changes nothing."""
        return cls(np.ones(columns), np.zeros(columns), link)

    @property
    def is_idle(self) -> bool:
        """Whether scores pass unchanged to the link."""
        return bool(np.all(self.scale == 1.0) and np.all(self.shift == 0.0))


@dataclass(frozen=True)
class Isotonic:
    """A rising function, in linear pieces, of each column; classes are then made to sum to one."""

    knots: tuple[np.ndarray, ...]  # a column: scores, rising
    levels: tuple[np.ndarray, ...]  # a column: probabilities, rising
    link: str

    def apply(self, scores: np.ndarray) -> np.ndarray:
        """Return probabilities [N, classes] of scores [N, columns]."""
        inner = scores if scores.shape[1] == 1 else linked(scores, self.link)
        risen = np.column_stack(
            [
                np.interp(inner[:, at], knots, levels)
                for at, (knots, levels) in enumerate(zip(self.knots, self.levels, strict=True))
            ]
        )
        if risen.shape[1] == 1:
            return np.hstack([1.0 - risen, risen])
        return risen / risen.sum(axis=1, keepdims=True)

    def attach(self, graph: Graph, scores: str) -> str:
        """Add ramps: ``level₀ + Σ rise · clip((score - knot) / width, 0, 1)``."""
        columns = len(self.knots)
        inner = scores if columns == 1 else attach_link(graph, scores, self.link)
        starts = np.concatenate([knots[:-1] for knots in self.knots])
        widths = np.concatenate([np.diff(knots) for knots in self.knots])
        owner = np.repeat(np.arange(columns), [len(knots) - 1 for knots in self.knots])
        rises = np.concatenate([np.diff(levels) for levels in self.levels])
        spread = (owner == np.arange(columns)[:, None]).astype(float)
        gather = spread.T * rises[:, None]
        first = np.array([levels[0] for levels in self.levels])
        wide = graph.add("MatMul", inner, graph.constant(spread))
        offset = graph.add("Sub", wide, graph.constant(starts))
        ramps = graph.add("Div", offset, graph.constant(widths))
        clipped = graph.add(
            "Clip", ramps, graph.constant(np.float32(0.0)), graph.constant(np.float32(1.0))
        )
        if columns == 1:
            both = np.hstack([-gather, gather])
            return graph.gemm(clipped, both, np.array([1.0 - first[0], first[0]]))
        risen = graph.gemm(clipped, gather, first)
        total = graph.add("MatMul", risen, graph.constant(np.ones((columns, 1))))
        return graph.add("Div", risen, total)


Calibrator = Affine | Isotonic


def linked(scores: np.ndarray, link: str) -> np.ndarray:
    """Return what a link makes of scores [N, columns].

    ``logistic`` and ``share`` make two classes of one column, log-odds or a probability;
    ``softmax``, ``shares`` (probabilities) and ``identity`` (a value) keep the columns.
    """
    match link:
        case "logistic":
            rising = _sigmoid(scores[:, :1])
            return np.hstack([_sigmoid(-scores[:, :1]), rising])
        case "softmax":
            powers = np.exp(scores - scores.max(axis=1, keepdims=True))
            return powers / powers.sum(axis=1, keepdims=True)
        case "share":
            return np.hstack([1.0 - scores, scores])
        case _:
            return scores


def attach_link(graph: Graph, scores: str, link: str) -> str:
    """Add a link, as `linked` computes it, to scores."""
    match link:
        case "logistic":
            both = graph.add("MatMul", scores, graph.constant([[-1.0, 1.0]]))
            return graph.add("Sigmoid", both)
        case "softmax":
            return graph.add("Softmax", scores, axis=1)
        case "share":
            return graph.gemm(scores, np.array([[-1.0, 1.0]]), np.array([1.0, 0.0]))
        case _:
            return scores


@dataclass(frozen=True)
class Evidence:
    """Rows to calibrate on."""

    scores: np.ndarray  # float64 [N, columns]
    y: np.ndarray  # the class's number
    shares: np.ndarray  # [classes]: how frequent each was before
    overlap: int  # so many rows tell the same


def fit(method: str, evidence: Evidence, link: str) -> Calibrator:
    """Fit a method: ``none``, ``platt`` or ``isotonic``."""
    scores, y = evidence.scores, evidence.y
    columns = scores.shape[1]
    if method == "none" or link == "identity":
        return Affine.idle(link, columns)
    if method == "platt":
        return _platt(evidence)
    inner = scores if columns == 1 else linked(scores, link)
    targets = [y] if columns == 1 else [y == number for number in range(columns)]
    pieces = [_pieces(inner[:, at], target) for at, target in enumerate(targets)]
    return Isotonic(tuple(k for k, _ in pieces), tuple(v for _, v in pieces), link)


def _platt(evidence: Evidence) -> Affine:
    """Fit a scale and a shift a column, by L-BFGS on the log loss and the prior."""
    scores, columns = evidence.scores, evidence.scores.shape[1]
    link = "logistic" if columns == 1 else "softmax"
    centre = scores.mean(axis=0)
    spread = np.maximum(scores.std(axis=0), 1e-6)
    normal = (scores - centre) / spread
    hit = evidence.y[:, None] == (np.array([1]) if columns == 1 else np.arange(columns))
    logs = np.log(evidence.shares)
    expected = logs[1:] - logs[:1] if columns == 1 else logs

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        scale, shift = flat[:columns], flat[columns:]
        chance = linked(normal * scale + shift, link)
        chosen = chance[np.arange(len(hit)), evidence.y.astype(int)]
        error = (chance[:, -columns:] - hit) / evidence.overlap
        pulls = scale / SCALE_DEVIATION, (shift - expected) / SHIFT_DEVIATION
        value = -np.log(np.maximum(chosen, 1e-300)).sum() / evidence.overlap
        value += 0.5 * sum(float(pull @ pull) for pull in pulls)
        slope = (error * normal).sum(axis=0) + pulls[0] / SCALE_DEVIATION
        return value, np.concatenate([slope, error.sum(axis=0) + pulls[1] / SHIFT_DEVIATION])

    start = np.concatenate([np.full(columns, SCALE_DEVIATION), expected])
    bounds = [(0.0, None)] * columns + [(None, None)] * columns
    flat = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    scale = flat[:columns] / spread
    return Affine(scale, flat[columns:] - scale * centre, link)


def _pieces(scores: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return knots and levels of an isotonic regression without steps too steep for float32."""
    rising = IsotonicRegression(out_of_bounds="clip").fit(scores, target)
    # Never certain: a calibration part without a loss does not prove there are none.
    floor = 1.0 / (len(scores) + 2.0)
    levels = np.clip(rising.y_thresholds_, floor, 1.0 - floor)
    knots = [float(rising.X_thresholds_[0])]
    kept = [float(levels[0])]
    for knot, level in zip(rising.X_thresholds_[1:], levels[1:], strict=True):
        if level > kept[-1]:
            # The end of the flat piece before, then the rise, moved right if it were too steep.
            knots.append(max(float(knot), knots[-1] + (float(level) - kept[-1]) / SLOPE_MAX))
            kept.append(float(level))
        elif knot > knots[-1]:
            knots.append(float(knot))
            kept.append(kept[-1])
    if len(knots) == 1:
        knots.append(knots[0] + 1.0)
        kept.append(kept[0])
    return np.array(knots), np.array(kept)


def _sigmoid(scores: np.ndarray) -> np.ndarray:
    return 0.5 * (1.0 + np.tanh(0.5 * scores))
