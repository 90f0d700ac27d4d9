"""A model and its calibration, fitted to the parts of one split."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gannet_train import calibration
from gannet_train.calibration import Affine, Calibrator
from gannet_train.dataset import Rows
from gannet_train.family import Family, Fitted, Request, Task
from gannet_train.folds import Split
from gannet_train.weights import class_shares, class_weights


@dataclass(frozen=True)
class Recipe:
    """How models of a run are made; the same for every fold, and never chosen by a test."""

    family: Family
    task: Task
    parameters: Mapping[str, float | int | str]
    calibration: str  # none | platt | isotonic
    weighting: str  # none | balanced
    seed: int
    embargo: int  # bars
    overlap: int  # rows that tell the same: bars that a label spans, times instruments

    def make(self, rows: Rows, split: Split) -> "Model":
        """Fit on one part, stop early on the next, calibrate on the last."""
        fit = rows.take(split.fit)
        request = Request(
            task=self.task,
            fit=fit,
            early=rows.take(split.early),
            weight=class_weights(self.task, fit.y, self.weighting),
            seed=self.seed,
            embargo=self.embargo,
            parameters=self.parameters,
        )
        fitted = self.family.fit(request)
        held_out = rows.take(split.calibrate)
        evidence = calibration.Evidence(
            scores=fitted.scores(held_out.X),
            y=held_out.y,
            shares=class_shares(self.task, fit.y),
            overlap=self.overlap,
        )
        return Model(fitted, calibration.fit(self.calibration, evidence, fitted.link))


@dataclass(frozen=True)
class Model:
    """What the engine will run, as the libraries compute it."""

    fitted: Fitted
    calibrator: Calibrator

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return probabilities [N, classes], or values [N, 1]."""
        return self.calibrator.apply(self.fitted.scores(X))

    def uncalibrated(self, task: Task) -> "Model":
        """Return the model with its own link only: calibration may hide what it says."""
        return Model(self.fitted, Affine.idle(self.fitted.link, task.columns))
