"""The commands: from parsed arguments to what is printed."""

import argparse
import re
from pathlib import Path

from gannet_train.analysis import analyze
from gannet_train.comparison import compare
from gannet_train.dataset import Source
from gannet_train.labels import LabelRule
from gannet_train.refusal import Refusal
from gannet_train.training import Outcome, Settings, run

ID = re.compile(r"[a-z0-9._-]{1,64}")


def train(given: argparse.Namespace) -> str:
    """Train a model and return what to tell about it."""
    return _told(run(_settings(given)))


def describe(given: argparse.Namespace) -> str:
    """Return a description of samples."""
    description = analyze(given.samples, given.minimum)
    return description.to_json() if given.json else description.to_text()


def judge(given: argparse.Namespace) -> str:
    """Return how a candidate compares with a champion, or with a constant guess."""
    found = compare(given.candidate, given.champion, given.data, given.confidence, given.minimum)
    return found.to_json() if given.json else found.to_text()


def _told(outcome: Outcome) -> str:
    lines = [f"model {outcome.id}, {outcome.rows} rows, in {outcome.folder}"]
    for name, value in outcome.metrics.items():
        baseline = outcome.metrics.get(f"baseline_{name}")
        if not name.startswith("baseline_"):
            beside = "" if baseline is None else f"   (constant guess {baseline:.4g})"
            lines.append(f"  {name:28} {value:10.4g}{beside}")
    return "\n".join([*lines, outcome.verdict])


def _settings(given: argparse.Namespace) -> Settings:
    if given.bars and len(given.bars) != len(given.data):
        raise Refusal(f"{len(given.data)} --data need as many --bars, not {len(given.bars)}")
    if given.id and not ID.fullmatch(given.id):
        raise Refusal(f'"{given.id}" is no id: take up to 64 of a-z, 0-9, ".", "_" and "-"')
    bars = given.bars or [None] * len(given.data)
    rule = LabelRule(
        kind=given.label,
        target=given.target,
        horizon=0 if given.label == "outcome" else given.horizon,
        threshold=given.threshold,
        barrier=given.barrier,
    )
    if rule.kind == "outcome" and rule.target == "three_class":
        raise Refusal("an outcome is a win or a loss: take --target binary or regression")
    return Settings(
        family=given.family,
        sources=[Source(data, bar) for data, bar in zip(given.data, bars, strict=True)],
        rule=rule,
        output=given.output,
        feature_set=given.set,
        id=given.id,
        seed=given.seed,
        folds=given.folds,
        first_share=given.first_share,
        embargo=given.embargo,
        calibration=given.calibration,
        weighting=given.class_weights,
        missing=given.missing,
        cost=given.cost,
        parameters=dict(given.param),
        trusted=frozenset(given.trust),
        expected_schema=_text(given.schema) if given.schema else "",
        hold_out=given.hold_out,
        replace=given.replace,
        progress="none" if given.quiet else given.progress,
    )


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError as error:
        raise Refusal(f"cannot read {path}: {error.strerror}") from error


COMMANDS = {"train": train, "analyze": describe, "compare": judge}
