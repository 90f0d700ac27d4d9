"""The report's figures: learning curve, calibration, walk-forward equity, importance."""

from dataclasses import dataclass

import numpy as np

from gannet_train import charts
from gannet_train.charts import Axis, Bar, Series
from gannet_train.dataset import Dataset
from gannet_train.evaluation import Evaluation
from gannet_train.family import Curve
from gannet_train.importance import Importance
from gannet_train.metrics import reliability
from gannet_train.model import Recipe
from gannet_train.page import section
from gannet_train.times import rfc3339

FEATURES_SHOWN = 20

KINDS = ("second", "third", "model")


@dataclass(frozen=True)
class Made:
    """What the final model adds to the evaluation."""

    curves: list[Curve]
    importance: Importance
    metrics: dict[str, float]
    cost: float  # basis points


def learning(curves: list[Curve]) -> str:
    """Return the loss by step of training, of the model or of each that it stacks."""
    note = "Of the final model. Fitted rows are weighted by class, held-out rows are not."
    if len(curves) == 1:
        return section("Learning curve", note, _steps(curves[0]))
    each = "".join(
        f"<div><b>{curve.model}</b>{_steps(curve, charts.SMALL)}</div>" for curve in curves
    )
    note = f"Of the models it stacks. {note.removeprefix('Of the final model. ')}"
    return section("Learning curves", note, f'<div class="grid small">{each}</div>', wide=True)


def _steps(curve: Curve, width: float = charts.WIDTH) -> str:
    numbers = np.arange(1, len(curve.fit) + 1)
    return charts.lines(
        [
            Series("fitted rows", "third", numbers, curve.fit),
            Series("held-out rows", "model", numbers, curve.early),
        ],
        Axis(curve.unit),
        Axis(curve.metric),
        marks=[(curve.best, f"kept {curve.best}")],
        width=width,
    )


def calibration(recipe: Recipe, evaluation: Evaluation, *, wide: bool) -> str:
    """Return what was predicted beside what happened; ``wide`` if nothing stands beside it."""
    bins = "Test rows in ten bins of equal size, with the standard error of what happened"
    if recipe.task.is_regression:
        value = evaluation.predicted[:, 0]
        series = [_bins("mean of each tenth", "model", value, evaluation.y, recipe.overlap)]
        axes, note = (Axis("predicted, %"), Axis("happened, %")), f"{bins}."
    else:
        classes = recipe.task.classes
        # Of two classes one tells all.
        pair = len(classes) == 2  # noqa: PLR2004
        series = [
            _bins(
                classes[number],
                "model" if pair else KINDS[number],
                evaluation.predicted[:, number],
                (evaluation.y == number).astype(float),
                recipe.overlap,
            )
            for number in ([1] if pair else range(len(classes)))
        ]
        axes = Axis("predicted probability"), Axis("share of rows")
        distance = evaluation.metrics["calibration_error"]
        note = f"{bins}; method {recipe.calibration}, mean distance {distance:.3f}."
    every = np.concatenate([one.x for one in series])
    ends = [float(every.min()), float(every.max())]
    ideal = Series("as predicted", "ideal", ends, ends)
    drawn = charts.lines([ideal, *series], *axes, width=charts.WIDE if wide else charts.WIDTH)
    return section("Calibration", note, drawn, wide=wide)


def _bins(
    name: str, kind: str, predicted: np.ndarray, happened: np.ndarray, overlap: int
) -> Series:
    found = reliability(predicted, happened, overlap)
    return Series(
        name,
        kind,
        [b.predicted for b in found],
        [b.happened for b in found],
        [b.error for b in found],
    )


def equity(data: Dataset, evaluation: Evaluation, made: Made) -> str:
    """Return the sums of returns of following the predictions, and of not doing so."""
    sums, found = evaluation.equity, made.metrics
    is_outcome = data.rule.kind == "outcome"
    reference = "every trade" if is_outcome else "one unit held"
    times = sums.times.astype(float)
    starts = [float(data.times[fold.test].min()) for fold in evaluation.folds]
    series = [
        Series(reference, "third", times, sums.reference),
        Series("model before cost", "second", times, sums.gross),
        Series("model after cost", "model", times, sums.model),
    ]
    if is_outcome:
        series = [series[0], Series("trades the model takes", "model", times, sums.model)]
    drawn = charts.lines(
        series,
        Axis("UTC", lambda time: rfc3339(int(time))[:10]),
        Axis("sum of returns, %"),
        marks=[(start, f"{number}") for number, start in enumerate(starts, start=1)],
        width=charts.WIDE,
    )
    held = (
        "" if is_outcome else f"Each signal is held for {data.rule.horizon} bars in equal shares; "
    )
    cost = "returns are after fees. " if is_outcome else f"{made.cost:g} bp of turnover are paid. "
    note = (
        f"{held}{cost}Sum {found['equity_percent']:.1f} %, a year's Sharpe ratio "
        f"{found['equity_sharpe']:.2f}; {reference} {found['reference_equity_percent']:.1f} %, "
        f"{found['reference_equity_sharpe']:.2f}. Numbers at the dashed lines are folds. "
        "A check of usefulness, not a backtest."
    )
    return section("Walk-forward equity", note, drawn, wide=True)


def importance(measured: Importance) -> str:
    """Return the features that matter most."""
    order = np.argsort(-measured.rise, kind="stable")[:FEATURES_SHOWN]
    lost = [
        Bar(measured.names[at], float(measured.rise[at]), float(measured.spread[at]))
        for at in order
    ]
    title = "rise of the test loss when permuted, mean and deviation of folds"
    if measured.gain is None:
        body = charts.bars(lost, "model", title, width=charts.WIDE)
    else:
        gain = np.argsort(-measured.gain, kind="stable")[:FEATURES_SHOWN]
        gained = [Bar(measured.names[at], float(measured.gain[at])) for at in gain]
        left = charts.bars(lost, "model", title)
        right = charts.bars(gained, "second", "share of the gain of splits, final model")
        body = f'<div class="grid"><div>{left}</div><div>{right}</div></div>'
    note = (
        f"The {len(order)} of {len(measured.names)} features that matter most. "
        "Near or below zero: the tests did not need it."
    )
    return section("Importance", note, body, wide=True)
