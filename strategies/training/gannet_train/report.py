"""The page beside a model: what it learned, how well, and how far to believe it.

One file without scripts or anything to fetch, for light and dark schemes.
"""

from html import escape
from importlib.resources import files

import numpy as np

from gannet_train import figures, page
from gannet_train.dataset import Dataset
from gannet_train.evaluation import NOTABLE, Evaluation
from gannet_train.figures import Made
from gannet_train.folds import HELD_OUT_SHARE
from gannet_train.manifest import Identity
from gannet_train.model import Recipe
from gannet_train.times import rfc3339

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
        figures.learning(made.curves),
        figures.calibration(recipe, evaluation, wide=len(made.curves) > 1),
        figures.equity(data, evaluation, made),
        figures.importance(made.importance),
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
    compared = page.table(("out of sample", "model", "constant guess", ""), rows)
    return page.section("Against a constant guess", note, compared)


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
    return page.section("Folds", note, page.table(header, rows), wide=True)


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
    return page.section("Checks", "A run that fails one writes no model.", page.facts(facts))


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
        f"{data.unlabelled} without a label yet, {data.held_out} to compare models on",
        "parameters": settings,
        "seed": str(recipe.seed),
        "schema": data.schema_hash,
        "data": data.data_hash,
    }
    note = "The manifest says the same to the engine."
    return page.section("How it was made", note, page.facts(facts), wide=True)
