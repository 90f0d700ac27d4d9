"""The page beside a model: what it learned, how well, and how far to believe it.

One file without scripts or anything to fetch, for light and dark schemes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files

import numpy as np

from gannet_train import charts
from gannet_train.charts import Axis, Bar, Series
from gannet_train.dataset import Dataset
from gannet_train.evaluation import NOTABLE, Evaluation
from gannet_train.family import Curve
from gannet_train.folds import HELD_OUT_SHARE
from gannet_train.importance import Importance
from gannet_train.manifest import Identity
from gannet_train.metrics import reliability
from gannet_train.model import Recipe
from gannet_train.times import rfc3339

FEATURES_SHOWN = 20

# Metrics with a constant guess beside them, and whether more is better.
COMPARED = {
    "log_loss": ("log loss, nats", False),
    "accuracy": ("accuracy", True),
    "auc": ("area under the curve", True),
    "brier": ("Brier score", False),
    "rmse": ("root mean square error, %", False),
    "mae": ("mean absolute error, %", False),
    "sign_accuracy": ("accuracy of the sign", True),
}

KINDS = ("second", "third", "model")


@dataclass(frozen=True)
class Made:
    """What the final model adds to the evaluation."""

    curve: Curve | None
    importance: Importance
    metrics: dict[str, float]
    cost: float  # basis points


def render(
    identity: Identity, recipe: Recipe, data: Dataset, evaluation: Evaluation, made: Made
) -> str:
    """Return the page."""
    span = f"{rfc3339(data.times[0])[:10]} to {rfc3339(data.times[-1])[:10]}"
    z = made.metrics["gain_deviations"]
    mood = "good" if z > NOTABLE else "bad" if z < -NOTABLE else ""
    sections = [
        _compared(evaluation, made),
        _checks(recipe, data, made),
        _curve(made.curve),
        _calibration(recipe, evaluation),
        _equity(recipe, data, evaluation, made),
        _importance(made.importance),
        _folds(data, evaluation),
        _facts(recipe, data, made),
    ]
    style = files("gannet_train").joinpath("report.css").read_text()
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(identity.id)}</title><style>{style}</style></head><body><main>"
        f"<h1>{escape(identity.id)}</h1>"
        f'<p class="soft">{escape(recipe.family.name)} on {len(data.names)} features of the set '
        f"{escape(identity.feature_set)} · {escape(data.rule.definition)} · "
        f"{len(data.rows)} rows, {span}</p>"
        f'<div class="verdict {mood}">{escape(evaluation.verdict)} '
        '<span class="soft">All figures are of rows no model had seen, and none was chosen by them.'
        "</span></div>"
        f'<div class="grid">{"".join(sections)}</div></main></body></html>\n'
    )


def _section(title: str, note: str, body: str, *, wide: bool = False) -> str:
    kind = ' class="wide"' if wide else ""
    return (
        f'<section{kind}><h2>{escape(title)}</h2><p class="soft">{escape(note)}</p>{body}</section>'
    )


def _table(header: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Return a table; a row's first part is ``good``, ``bad`` or empty."""
    head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
    body = "".join(
        f'<tr class="{mood}">'
        + "".join(
            f"<td{' class=verdictcell' if at == len(row) - 1 else ''}>{escape(cell)}</td>"
            for at, cell in enumerate(row)
        )
        + "</tr>"
        for mood, row in rows
    )
    return f'<div class="scroll"><table><tr>{head}</tr>{body}</table></div>'


def _compared(evaluation: Evaluation, made: Made) -> str:
    rows = []
    for name, (title, more_is_better) in COMPARED.items():
        if name not in made.metrics:
            continue
        model, guess = made.metrics[name], made.metrics[f"baseline_{name}"]
        gained = model - guess if more_is_better else guess - model
        mood = "good" if gained > 0.0 else "bad" if gained < 0.0 else ""
        word = {"good": "better", "bad": "worse", "": "same"}[mood]
        rows.append((mood, (title, f"{model:.4f}", f"{guess:.4f}", word)))
    note = (
        f"{len(evaluation.test)} test rows of {len(evaluation.folds)} folds. The constant guess "
        "knows how frequent each class was before the test."
        if "log_loss" in made.metrics
        else f"{len(evaluation.test)} test rows. The constant guess is the mean before the test."
    )
    table = _table(("out of sample", "model", "constant guess", ""), rows)
    return _section("Against a constant guess", note, table)


def _curve(curve: Curve | None) -> str:
    if curve is None:
        return _section(
            "Learning curve", "A stack has none of its own: its base models were stopped each.", ""
        )
    steps = np.arange(1, len(curve.fit) + 1)
    drawn = charts.lines(
        [
            Series("fitted rows", "third", steps, curve.fit),
            Series("held-out rows", "model", steps, curve.early),
        ],
        Axis(curve.unit),
        Axis(curve.metric),
        marks=[(curve.best, f"kept {curve.best}")],
    )
    note = "Of the final model. Fitted rows are weighted by class, held-out rows are not."
    return _section("Learning curve", note, drawn)


def _calibration(recipe: Recipe, evaluation: Evaluation) -> str:
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
    return _section("Calibration", note, charts.lines([ideal, *series], *axes))


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


def _equity(recipe: Recipe, data: Dataset, evaluation: Evaluation, made: Made) -> str:
    equity, found = evaluation.equity, made.metrics
    is_outcome = data.rule.kind == "outcome"
    reference = "every trade" if is_outcome else "one unit held"
    times = equity.times.astype(float)
    starts = [float(data.times[fold.test].min()) for fold in evaluation.folds]
    series = [
        Series(reference, "third", times, equity.reference),
        Series("model before cost", "second", times, equity.gross),
        Series("model after cost", "model", times, equity.model),
    ]
    if is_outcome:
        series = [series[0], Series("trades the model takes", "model", times, equity.model)]
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
    return _section("Walk-forward equity", note, drawn, wide=True)


def _importance(importance: Importance) -> str:
    order = np.argsort(-importance.rise, kind="stable")[:FEATURES_SHOWN]
    lost = [
        Bar(importance.names[at], float(importance.rise[at]), float(importance.spread[at]))
        for at in order
    ]
    body = charts.bars(
        lost, "model", "rise of the test loss when permuted, mean and deviation of folds"
    )
    if importance.gain is not None:
        gain = np.argsort(-importance.gain, kind="stable")[:FEATURES_SHOWN]
        gained = [Bar(importance.names[at], float(importance.gain[at])) for at in gain]
        beside = charts.bars(gained, "second", "share of the gain of splits, final model")
        body = f'<div class="grid"><div>{body}</div><div>{beside}</div></div>'
    note = (
        f"The {len(order)} of {len(importance.names)} features that matter most. "
        "Near or below zero: the tests did not need it."
    )
    return _section("Importance", note, body, wide=True)


def _folds(data: Dataset, evaluation: Evaluation) -> str:
    main = "rmse" if "rmse" in evaluation.metrics else "log_loss"
    extra = "rank_correlation" if main == "rmse" else "auc"
    rows = []
    for number, fold in enumerate(evaluation.folds, start=1):
        first, last = data.times[fold.test].min(), data.times[fold.test].max()
        loss, guess = fold.metrics[main], fold.metrics[f"baseline_{main}"]
        mood = "good" if loss < guess else "bad"
        cells = (
            str(number),
            f"{fold.trained}",
            f"{rfc3339(first)[:10]} to {rfc3339(last)[:10]}",
            f"{len(fold.test)}",
            f"{loss:.4f}",
            f"{guess:.4f}",
            f"{fold.metrics[extra]:.3f}",
            "better" if loss < guess else "worse",
        )
        rows.append((mood, cells))
    loss_name = main.replace("_", " ")
    header = ("fold", "trained on", "test", "rows", loss_name, "guess", extra.replace("_", " "), "")
    note = "Each model is fitted on what came before its test, and on nothing else."
    return _section("Folds", note, _table(header, rows), wide=True)


def _checks(recipe: Recipe, data: Dataset, made: Made) -> str:
    shuffled = next(name for name in made.metrics if name.startswith("shuffled_"))
    facts = {
        "labels dealt at random": f"{shuffled.removeprefix('shuffled_').replace('_', ' ')} "
        f"{made.metrics[shuffled]:.3f}, as chance would",
        "features from the future": "none found"
        if data.bars_hash
        else "not looked for: outcomes have no bars",
        "purging": "rows whose label reaches the next part are left out",
        "embargo": f"{recipe.embargo} bars more",
        "held out": f"{HELD_OUT_SHARE:.0%} of each training span to stop early, then to calibrate",
        "export": f"differs from the library by {made.metrics['parity_difference']:.1e} at most",
    }
    return _section("Checks", "A run that fails one writes no model.", _facts_list(facts))


def _facts(recipe: Recipe, data: Dataset, made: Made) -> str:
    shares = [
        f"{name} {np.mean(data.rows.y == number):.1%}"
        for number, name in enumerate(recipe.task.classes)
    ]
    settings = ", ".join(f"{name} {value}" for name, value in recipe.parameters.items())
    facts = {
        "label": data.rule.definition,
        "classes": ", ".join(shares) or "none: a value",
        "class weights": recipe.weighting,
        "left out": f"{data.warm_up} rows of warm-up, {data.incomplete} incomplete, "
        f"{data.unlabelled} without a label yet",
        "parameters": settings,
        "seed": str(recipe.seed),
        "schema": data.schema_hash,
        "data": data.data_hash,
    }
    note = "The manifest says the same to the engine."
    return _section("How it was made", note, _facts_list(facts), wide=True)


def _facts_list(facts: dict[str, str]) -> str:
    items = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in facts.items())
    return f"<dl>{items}</dl>"
