"""A meta-model that stacks the five others (Wolpert 1992).

The fitting rows are walked through once more: each base model predicts rows it has not seen, and a
regularised linear model learns from these predictions how far to trust each. Then the base models
are fitted again on all fitting rows. The export is one graph: every base model, the probabilities
side by side, the linear model.
"""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge

from gannet_train import folds
from gannet_train.calibration import Affine, Calibrator, linked
from gannet_train.families import lightgbm, mlp, neural_ode, random_forest, xgboost
from gannet_train.family import Curve, Family, Fitted, Parameters, Request
from gannet_train.graph import Graph

BASES: tuple[Family, ...] = (
    lightgbm.LightGbm(),
    xgboost.XgBoost(),
    random_forest.Forest(),
    mlp.Mlp(),
    neural_ode.NeuralOde(),
)


class Hybrid:
    """The family."""

    name = "hybrid_meta"
    tools = tuple(sorted({tool for base in BASES for tool in base.tools} | {"scikit-learn"}))
    takes_missing = False
    defaults: ClassVar[Parameters] = {"inner_folds": 3, "strength": 0.1, "trees": 200}

    def fit(self, request: Request) -> Fitted:
        """Fit base models out of fold, the linear model on what they said, base models again."""
        p, task = request.parameters, request.task
        requests = [_base_request(base, request) for base in BASES]
        inner = folds.walk_forward(request.fit, int(p["inner_folds"]), 0.4, request.embargo)
        folds.refuse_classless(request.fit, inner, task.classes)
        said, known, weight = [], [], []
        for fold in inner:
            models = _fit_all([_inner_request(asked, fold) for asked in requests])
            said.append(_side_by_side(models, request.fit.X[fold.test]))
            known.append(request.fit.y[fold.test])
            weight.append(request.weight[fold.test])
        linear = _linear(request, np.vstack(said), np.concatenate(known), np.concatenate(weight))
        models = _fit_all(requests)
        coefficients = np.atleast_2d(linear.coef_).T.reshape(-1, task.columns)
        return FittedHybrid(models, coefficients, np.atleast_1d(linear.intercept_), task.link)


@dataclass(frozen=True)
class FittedHybrid:
    """Base models and how far each is trusted."""

    models: list[Fitted]
    coefficients: np.ndarray  # [columns said, columns]
    intercept: np.ndarray
    link: str
    gain: None = None

    @property
    def curves(self) -> list[Curve]:
        """How each base model was fitted."""
        return [curve for model in self.models for curve in model.curves]

    def scores(self, X: np.ndarray) -> np.ndarray:
        """Return the linear model's scores of the libraries' own predictions."""
        return _side_by_side(self.models, X) @ self.coefficients + self.intercept

    def attach(self, graph: Graph, x: str, calibrator: Calibrator) -> str:
        """Add every base model, then the linear model and its calibration."""
        columns = self.coefficients.shape[1]
        said = [model.attach(graph, x, Affine.idle(model.link, columns)) for model in self.models]
        beside = graph.add("Concat", *said, axis=1)
        return calibrator.attach(graph, graph.gemm(beside, self.coefficients, self.intercept))


def _fit_all(requests: list[Request]) -> list[Fitted]:
    return [base.fit(request) for base, request in zip(BASES, requests, strict=True)]


def _side_by_side(models: list[Fitted], X: np.ndarray) -> np.ndarray:
    return np.hstack([linked(model.scores(X), model.link) for model in models])


def _base_request(base: Family, request: Request) -> Request:
    parameters = dict(base.defaults)
    if "trees" in parameters:
        parameters["trees"] = request.parameters["trees"]
    return replace(request, parameters=parameters)


def _inner_request(request: Request, fold: folds.Fold) -> Request:
    # Base models of an inner fold are not calibrated: those rows help to fit and to stop instead.
    fit = request.fit.take(fold.split.fit)
    early = np.concatenate([fold.split.early, fold.split.calibrate])
    return replace(
        request,
        fit=fit,
        early=request.fit.take(early),
        weight=request.weight[fold.split.fit],
    )


def _linear(
    request: Request, said: np.ndarray, y: np.ndarray, weight: np.ndarray
) -> LogisticRegression | Ridge:
    strength = float(request.parameters["strength"])
    if request.task.is_regression:
        return Ridge(alpha=1.0 / strength).fit(said, y)
    return LogisticRegression(C=strength, max_iter=1000).fit(said, y, sample_weight=weight)
