"""A training run from files to a model's folder, top to bottom."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from gannet_train import (
    chance,
    dataset,
    export,
    folds,
    importance,
    manifest,
    metrics,
    output,
    report,
    vectors,
)
from gannet_train.dataset import Dataset, Source
from gannet_train.evaluation import Evaluation, FoldResult, pool
from gannet_train.families import FAMILIES
from gannet_train.family import Task
from gannet_train.features import refuse_difference
from gannet_train.figures import Made
from gannet_train.importance import Importance
from gannet_train.labels import LabelRule
from gannet_train.least import least_for
from gannet_train.model import Model, Recipe
from gannet_train.progress import Progress
from gannet_train.refusal import Refusal

PARITY_ROWS = 1000

BASIS_POINT = 1e-4


@dataclass(frozen=True)
class Settings:
    """What the operator asked for."""

    family: str
    sources: list[Source]
    rule: LabelRule
    output: Path
    feature_set: str
    id: str
    seed: int
    folds: int
    first_share: float
    embargo: int  # bars
    calibration: str
    weighting: str
    missing: str
    cost: float  # basis points of what is turned over
    parameters: Mapping[str, float | int | str]
    trusted: frozenset[str]  # features that may predict the next bar well
    expected_schema: str
    hold_out: float  # share of the rows that are left to compare models on
    replace: bool
    progress: str  # bar | lines | none


@dataclass(frozen=True)
class Outcome:
    """What a run made."""

    id: str
    folder: Path
    rows: int
    metrics: dict[str, float]
    verdict: str


@dataclass(frozen=True)
class Findings:
    """What the walk forward and the checks found out."""

    evaluation: Evaluation
    importance: Importance  # of the folds' models
    luck: dict[str, float]  # the metric of the shuffled run


def run(settings: Settings) -> Outcome:
    """Train, evaluate, check and write a model; raises ``Refusal`` and then writes nothing."""
    output.refuse_existing(settings.output, replace=settings.replace)
    recipe = _recipe(settings)
    progress = Progress(settings.folds + 4, settings.progress)
    least = least_for(settings.rule.kind)
    try:
        with progress.step("reading"):
            data = _load(settings, recipe)
            steps = folds.walk_forward(
                data.rows, settings.folds, settings.first_share, settings.embargo, least
            )
            folds.refuse_classless(data.rows, steps, recipe.task.classes, least)
        evaluation, matters = _walk(recipe, data, steps, settings, progress)
        with progress.step("shuffled labels"):
            luck = chance.refuse_luck(recipe, data.rows, steps[-1])
        with progress.step("final model"):
            everything = np.arange(len(data.rows))
            split = folds.split_training(data.rows, everything, settings.embargo, least)
            model = recipe.make(data.rows, split)
        with progress.step("export and report"):
            return _finish(settings, recipe, data, Findings(evaluation, matters, luck), model)
    finally:
        progress.close()


def _recipe(settings: Settings) -> Recipe:
    family = FAMILIES[settings.family]
    unknown = sorted(set(settings.parameters) - set(family.defaults))
    if unknown:
        known = ", ".join(sorted(family.defaults))
        raise Refusal(f'{family.name} has no parameter "{unknown[0]}"; it has {known}')
    if settings.missing == "keep" and not family.takes_missing:
        raise Refusal(f"{family.name} cannot be trained on missing values: take --missing drop")
    return Recipe(
        family=family,
        task=Task(settings.rule.classes),
        parameters={**family.defaults, **settings.parameters},
        calibration=settings.calibration,
        weighting=settings.weighting,
        seed=settings.seed,
        embargo=settings.embargo,
        # Neighbouring labels overlap, and instruments move together.
        overlap=max(1, settings.rule.horizon) * len(settings.sources),
    )


def _load(settings: Settings, recipe: Recipe) -> Dataset:
    data = dataset.load(
        settings.sources, settings.rule, settings.missing, settings.trusted, settings.hold_out
    )
    if settings.expected_schema:
        place = str(settings.sources[0].data)
        refuse_difference(data.schema, settings.expected_schema, place)
    return data


def _walk(
    recipe: Recipe,
    data: Dataset,
    steps: list[folds.Fold],
    settings: Settings,
    progress: Progress,
) -> tuple[Evaluation, Importance]:
    """Fit and test every fold."""
    results, rises = [], []
    for number, fold in enumerate(steps, start=1):
        with progress.step(f"fold {number} of {len(steps)}"):
            model = recipe.make(data.rows, fold.split)
            test = data.rows.take(fold.test)
            parts = (fold.split.fit, fold.split.early, fold.split.calibrate)
            train = data.rows.y[np.concatenate(parts)]
            predicted = model.predict(test.X)
            constant = metrics.baseline(recipe.task, train, len(test))
            found = metrics.summary(recipe.task, predicted, constant, test.y)
            results.append(FoldResult(fold.test, len(train), predicted, constant, found))
            rises.append(importance.permuted(recipe.task, model, test, recipe.seed))
    evaluation = pool(recipe.task, data, results, settings.cost * BASIS_POINT)
    stacked = np.array(rises)
    return evaluation, Importance(data.names, None, stacked.mean(axis=0), stacked.std(axis=0))


def _finish(
    settings: Settings,
    recipe: Recipe,
    data: Dataset,
    findings: Findings,
    model: Model,
) -> Outcome:
    """Export, compare with the library, and write the folder."""
    task = recipe.task
    file = export.to_onnx(model, task, len(data.names))
    sample = data.rows.X[np.linspace(0, len(data.rows) - 1, PARITY_ROWS).astype(int)]
    bare = model.uncalibrated(task)
    bare_file = export.to_onnx(bare, task, len(data.names))
    parity = max(
        export.largest_difference(file, model, sample),
        export.largest_difference(bare_file, bare, sample),
    )
    identity = manifest.Identity(settings.id or _id(settings, data), settings.feature_set)
    evaluation = findings.evaluation
    found = evaluation.metrics | findings.luck | {"parity_difference": parity}
    artefact = manifest.Artefact(file, vectors.choose(file, data.rows.X))
    text = manifest.to_toml(identity, recipe, data, found, artefact)
    made = Made(
        curves=model.fitted.curves,
        importance=replace(findings.importance, gain=model.fitted.gain),
        metrics=found,
        cost=settings.cost,
    )
    page = report.render(identity, recipe, data, evaluation, made)
    files = {"model.onnx": file, "manifest.toml": text.encode(), "report.html": page.encode()}
    output.write(settings.output, files)
    return Outcome(identity.id, settings.output, len(data.rows), found, evaluation.verdict)


def _id(settings: Settings, data: Dataset) -> str:
    """Return a name that tells models of other data, labels or seeds apart."""
    rule = settings.rule
    label = rule.kind.replace("_", "-") + (str(rule.horizon) if rule.horizon else "")
    family = settings.family.replace("_", "-")
    return f"{family}-{settings.feature_set}-{label}-{data.data_hash[:8]}-s{settings.seed}"[:64]
