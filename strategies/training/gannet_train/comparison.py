"""``gannet-train compare``: whether a candidate beats the champion on trades new to both.

A trade counts if it is closed, was decided after all that either model was trained on had become
known, and has the features that both need. On each such trade both are asked, and the difference
of their losses is averaged; its standard error counts trades that overlap once (``overlap``). The
candidate is better if Student's t of that mean exceeds the quantile of the confidence, and its loss
is not above that of a constant guess. The guess knows how often trades won before; without a
champion it is what is compared with.

Nothing is chosen here, so the figures are out of sample. Who compares a new candidate every day
will see one in forty pass that is no better: what passes is put on trial, not into the lead.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from scipy.stats import t as student

from gannet_train import deployed, metrics, overlap
from gannet_train import features as features_file
from gannet_train.deployed import Deployed
from gannet_train.features import FeatureFile
from gannet_train.labels import LabelRule, Labels, from_outcomes
from gannet_train.refusal import Refusal
from gannet_train.times import SECOND_NS, rfc3339

GUESS = "a constant guess"


@dataclass(frozen=True)
class Comparison:
    """A comparison in numbers; losses are log losses in nats, or square errors."""

    candidate: str
    champion: str  # empty: the constant guess
    better: bool
    verdict: str
    loss: str
    trades: int
    independent: float
    first: str
    last: str
    candidate_loss: float
    champion_loss: float | None
    guess_loss: float
    improvement: float  # mean of the champion's loss, or the guess's, less the candidate's
    standard_error: float
    deviations: float
    needed: float  # deviations
    confidence: float
    not_counted: dict[str, int]

    def to_json(self) -> str:
        """Return one JSON object."""
        return json.dumps(asdict(self))

    def to_text(self) -> str:
        """Return lines for people."""
        champion = [] if self.champion_loss is None else [("champion", self.champion_loss)]
        losses = [("candidate", self.candidate_loss), *champion, (GUESS, self.guess_loss)]
        lines = [f"{self.trades} trades, {self.first} to {self.last}, worth {self.independent:.1f}"]
        lines += [f"not counted: {rows} {why}" for why, rows in self.not_counted.items() if rows]
        lines += [f"{self.loss} of {who}: {loss:.5f}" for who, loss in losses]
        lines += [
            f"improvement: {self.improvement:.5f} ± {self.standard_error:.5f}, "
            f"{self.deviations:.2f} standard errors of {self.needed:.2f} needed",
            self.verdict,
        ]
        return "\n".join(lines)


@dataclass(frozen=True)
class _Ground:
    """The rows that count, and what was known before them."""

    X: np.ndarray
    y: np.ndarray
    begin: np.ndarray
    end: np.ndarray
    known: np.ndarray  # labels of trades that had closed before the first of them
    not_counted: dict[str, int]


def compare(
    candidate: Path, champion: Path | None, data: Path, confidence: float, minimum: int
) -> Comparison:
    """Compare models on samples; raises ``Refusal`` if they cannot be, or there is too little."""
    ours = deployed.read(candidate)
    theirs = deployed.read(champion) if champion else None
    models = [ours] if theirs is None else [ours, theirs]
    if theirs is not None and (theirs.label, theirs.classes) != (ours.label, ours.classes):
        raise Refusal(
            f'model {ours.id} predicts "{ours.label}", but {theirs.id} "{theirs.label}": '
            "their losses cannot be compared"
        )
    file = features_file.read(data, ties=True)
    for model in models:
        model.refuse_other_features(file)
    target = "binary" if ours.classes else "regression"
    labels = from_outcomes(LabelRule("outcome", target, 0), file.table, file.times, str(data))
    ground = _ground(file, labels, models)
    return _judge(ours, theirs, ground, confidence, minimum)


def _ground(file: FeatureFile, labels: Labels, models: list[Deployed]) -> _Ground:
    """Choose the rows; each that does not count has one reason, the first that holds."""
    reasons = {"still open": ~labels.known}
    for model, role in zip(models, ("candidate", "champion"), strict=False):
        until = _known_until(model, file, labels)
        reasons[f"known when the {role} was trained"] = file.times < until
    if not all(model.takes_missing for model in models):
        reasons["without a feature that is needed"] = ~np.isfinite(file.values).all(axis=1)
    counts, not_counted = np.ones(len(file.times), dtype=bool), {}
    for reason, holds in reasons.items():
        not_counted[reason] = int((counts & holds).sum())
        counts &= ~holds
    begin = file.times[counts]
    before = labels.known & (labels.end < begin[0]) if len(begin) else ~counts
    return _Ground(
        X=file.values[counts],
        y=labels.target[counts],
        begin=begin,
        end=labels.end[counts],
        known=labels.target[before],
        not_counted=not_counted,
    )


def _known_until(model: Deployed, file: FeatureFile, labels: Labels) -> int:
    """Return the time from which rows share nothing with a model's training."""
    if model.labels_until:
        return model.labels_until
    # An older manifest tells the last row only: its trade, or one before, was still open then.
    after = model.rows_until + SECOND_NS
    trained = labels.end[labels.known & (file.times < after)]
    return max(after, int(trained.max(initial=0)))


def _judge(
    ours: Deployed, theirs: Deployed | None, ground: _Ground, confidence: float, minimum: int
) -> Comparison:
    left_out = ", ".join(f"{rows} {why}" for why, rows in ground.not_counted.items() if rows)
    if len(ground.y) < minimum:
        raise Refusal(
            f"{len(ground.y)} trades are new to all models, {minimum} are needed; not counted: "
            f"{left_out or 'none'}"
        )
    if not len(ground.known):
        raise Refusal("no trade had closed before the first that counts: nothing to guess by")
    task = ours.task
    guess = metrics.row_losses(task, metrics.baseline(task, ground.known, len(ground.y)), ground.y)
    own = metrics.row_losses(task, ours.predict(ground.X), ground.y)
    other = (
        guess if theirs is None else metrics.row_losses(task, theirs.predict(ground.X), ground.y)
    )
    found = overlap.mean_of(other - own, ground.begin, ground.end)
    if found.independent < minimum:
        raise Refusal(
            f"{len(ground.y)} trades that overlap tell as much as {found.independent:.1f} "
            f"independent ones, {minimum} are needed"
        )
    needed = float(student.ppf(confidence, found.independent - 1.0))
    is_better = found.deviations > needed
    is_sound = float(own.mean()) <= float(guess.mean())
    rival = GUESS if theirs is None else f"the champion {theirs.id}"
    return Comparison(
        candidate=ours.id,
        champion="" if theirs is None else theirs.id,
        better=is_better and is_sound,
        verdict=_verdict(found, needed, rival, is_better=is_better, is_sound=is_sound),
        loss="square error" if task.is_regression else "log loss",
        trades=len(ground.y),
        independent=found.independent,
        first=rfc3339(ground.begin[0]),
        last=rfc3339(ground.end.max()),
        candidate_loss=float(own.mean()),
        champion_loss=None if theirs is None else float(other.mean()),
        guess_loss=float(guess.mean()),
        improvement=found.mean,
        standard_error=found.error,
        deviations=found.deviations,
        needed=needed,
        confidence=confidence,
        not_counted=ground.not_counted,
    )


def _verdict(
    found: overlap.Mean, needed: float, rival: str, *, is_better: bool, is_sound: bool
) -> str:
    said = (
        f"{found.deviations:.2f} standard errors over {found.independent:.1f} independent trades, "
        f"{needed:.2f} needed"
    )
    if not is_better:
        return f"not better than {rival}: {said}"
    if not is_sound:
        return f"better than {rival} ({said}), but worse than {GUESS}"
    return f"better than {rival}: {said}"
