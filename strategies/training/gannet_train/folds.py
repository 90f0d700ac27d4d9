"""Purged and embargoed walk-forward validation.

```text
 time ─▶  │ fit │ early stop │ calibrate │ gap │ test 1 │
          │ fit            │ early stop │ calibrate │ gap │ test 2 │
```
Training rows come before the test they are for. Purging leaves out a row whose label looks at or
beyond the first time of the next part; the embargo adds a gap of bars on top (López de Prado,
"Advances in Financial Machine Learning" (2018), 7.4). The parts within the training rows are
separated in the same way, so early stopping and calibration see nothing of each other either.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from gannet_train.dataset import Rows
from gannet_train.least import BARS, Least
from gannet_train.refusal import Refusal

# Shares of the training span that early stopping and calibration take, each.
HELD_OUT_SHARE = 0.12


@dataclass(frozen=True)
class Split:
    """Training rows by what they are for: indices into the dataset."""

    fit: np.ndarray
    early: np.ndarray
    calibrate: np.ndarray


@dataclass(frozen=True)
class Fold:
    """One step of the walk forward."""

    split: Split
    test: np.ndarray


def walk_forward(
    rows: Rows, count: int, first_share: float, embargo: int, least: Least = BARS
) -> list[Fold]:
    """Return folds whose tests divide what follows the first share of the time evenly.

    ``embargo`` is in distinct times, that is bars.
    """
    ticks = int(rows.tick.max()) + 1
    edges = np.linspace(int(ticks * first_share), ticks, count + 1).astype(int)
    return [
        Fold(
            split=split_training(rows, before(rows, int(start), embargo), embargo, least),
            test=np.flatnonzero((rows.tick >= start) & (rows.tick < end)),
        )
        for start, end in pairwise(edges)
    ]


def before(rows: Rows, start: int, embargo: int) -> np.ndarray:
    """Return the rows whose label is known before a time, less the embargo."""
    return np.flatnonzero(rows.end_tick + embargo < start)


def split_training(rows: Rows, train: np.ndarray, embargo: int, least: Least = BARS) -> Split:
    """Divide training rows in order of time; refuses parts that are too small to tell anything."""
    if not train.size:
        raise Refusal("a fold has no training rows: take fewer folds or a shorter horizon")
    first, last = int(rows.tick[train].min()), int(rows.tick[train].max()) + 1
    held_out = max(int((last - first) * HELD_OUT_SHARE), least.held_out_times)
    early_start, calibrate_start = last - 2 * held_out, last - held_out
    known = rows.end_tick[train] + embargo
    tick = rows.tick[train]
    split = Split(
        fit=train[known < early_start],
        early=train[(tick >= early_start) & (known < calibrate_start)],
        calibrate=train[tick >= calibrate_start],
    )
    parts = (("fit", split.fit, least.fit), ("stop early", split.early, least.early))
    for name, part, needed in parts:
        if len(part) < needed:
            raise Refusal(
                f"a fold has {len(part)} rows to {name} on, {needed} are needed: "
                "take more data, fewer folds or a shorter horizon"
            )
    return split


def refuse_classless(
    rows: Rows, folds: list[Fold], classes: tuple[str, ...], least: Least = BARS
) -> None:
    """Refuse folds in which a part of the training rows lacks a class."""
    for at, fold in enumerate(folds, start=1):
        parts = [fold.split.fit, fold.test]
        if least.every_part_has_all:
            parts += [fold.split.early, fold.split.calibrate]
        for index in parts:
            for number, name in enumerate(classes):
                if not (rows.y[index] == number).any():
                    raise Refusal(
                        f'fold {at} has a part without the label "{name}": take fewer folds, '
                        "a lower threshold or more data"
                    )
