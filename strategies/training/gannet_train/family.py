"""What a family of models must be able to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from gannet_train.calibration import Calibrator
from gannet_train.dataset import Rows
from gannet_train.graph import Graph

Parameters = Mapping[str, float | int | str]


@dataclass(frozen=True)
class Task:
    """What is predicted: classes, or a value if there are none."""

    classes: tuple[str, ...]

    @property
    def is_regression(self) -> bool:
        """Whether the model answers a value."""
        return not self.classes

    @property
    def columns(self) -> int:
        """Columns of scores: one for a value or two classes, else one a class."""
        return len(self.classes) if len(self.classes) > 2 else 1  # noqa: PLR2004

    @property
    def link(self) -> str:
        """How additive scores become probabilities."""
        if self.is_regression:
            return "identity"
        return "logistic" if self.columns == 1 else "softmax"

    @property
    def metric(self) -> str:
        """What learning curves show."""
        return "root mean square error" if self.is_regression else "log loss"


@dataclass(frozen=True)
class Curve:
    """Loss by step of training; ``best`` is the number of steps that were kept."""

    model: str  # the family
    unit: str  # trees | epochs
    metric: str
    fit: tuple[float, ...]
    early: tuple[float, ...]
    best: int


@dataclass(frozen=True)
class Request:
    """All that a fit depends on."""

    task: Task
    fit: Rows
    early: Rows
    weight: np.ndarray  # float64, one a row of ``fit``
    seed: int
    embargo: int  # bars, for families that divide their rows again
    parameters: Parameters = field(default_factory=dict)


class Fitted(Protocol):
    """A model that has been fitted."""

    link: str
    curves: list[Curve]  # its own, or those of the models it stacks
    gain: np.ndarray | None  # [features], summing to one, if the family knows

    def scores(self, X: np.ndarray) -> np.ndarray:
        """Return the library's own scores, float64 [N, columns], before link and calibration."""
        ...

    def attach(self, graph: Graph, x: str, calibrator: Calibrator) -> str:
        """Add the calibrated model; returns the name of probabilities, or of the value."""
        ...


class Family(Protocol):
    """A kind of model."""

    name: str
    tools: tuple[str, ...]  # distributions whose versions the manifest names
    takes_missing: bool
    defaults: Parameters

    def fit(self, request: Request) -> Fitted:
        """Fit a model; the same request gives the same model."""
        ...
