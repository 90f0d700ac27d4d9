"""Rows and answers that the engine checks a model by when it loads it."""

from dataclasses import dataclass

import numpy as np

from gannet_train import export

COUNT = 32


@dataclass(frozen=True)
class Vectors:
    """Inputs float32 [32, features] and outputs float32 [32, columns]."""

    inputs: np.ndarray
    outputs: np.ndarray


def choose(file: bytes, X: np.ndarray) -> Vectors:
    """Take rows evenly spread over the training rows, half of them incomplete if any are."""
    incomplete = np.flatnonzero(~np.isfinite(X).all(axis=1))
    whole = np.flatnonzero(np.isfinite(X).all(axis=1))
    share = min(len(incomplete), COUNT // 2)
    share = max(share, COUNT - len(whole))
    rows = np.sort(np.concatenate([_spread(incomplete, share), _spread(whole, COUNT - share)]))
    inputs = np.ascontiguousarray(X[rows])
    return Vectors(inputs, export.run(file, inputs))


def _spread(rows: np.ndarray, count: int) -> np.ndarray:
    return rows[np.linspace(0, len(rows) - 1, count).astype(int)] if count else rows[:0]


def to_toml(vectors: Vectors) -> str:
    """Return the manifest's table, a row a line."""
    return (
        "[vectors]\n"
        f"inputs = [\n{_lines(vectors.inputs)}]\n"
        f"outputs = [\n{_lines(vectors.outputs)}]\n"
    )


def _lines(rows: np.ndarray) -> str:
    return "".join(f"  [{', '.join(_number(value) for value in row)}],\n" for row in rows)


def _number(value: np.float32) -> str:
    """Return the fewest digits that read back as the same float32."""
    return repr(float(str(value)))
