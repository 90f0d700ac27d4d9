"""The table a model is trained on: features, labels and times of one or several instruments.

# Invariants
- Rows are in order of time; ``tick`` and ``end_tick`` count the distinct times from zero, so spans
  are compared as whole numbers whatever the length of a bar.
- Every row has a label and, unless missing values are kept, every feature.
"""

from dataclasses import dataclass
from pathlib import Path

import blake3
import numpy as np

from gannet_train import bars as bars_file
from gannet_train import features as features_file
from gannet_train.features import FeatureFile
from gannet_train.labels import LabelRule, Labels, from_bars, from_outcomes
from gannet_train.leakage import refuse_future
from gannet_train.least import least_for
from gannet_train.refusal import Refusal


@dataclass(frozen=True)
class Source:
    """One instrument's files; samples of our own trades have no bars."""

    data: Path
    bars: Path | None


@dataclass(frozen=True)
class Rows:
    """Rows of a dataset: what a family is given to fit or to score."""

    X: np.ndarray  # float32 [rows, features]
    y: np.ndarray  # float64 [rows]: the class's number, or the value
    tick: np.ndarray  # int64 [rows]
    end_tick: np.ndarray  # int64 [rows]: the last time the label looks at

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.y)

    def take(self, index: np.ndarray) -> "Rows":
        """Return some of the rows."""
        return Rows(self.X[index], self.y[index], self.tick[index], self.end_tick[index])

    def shuffled(self, rng: np.random.Generator) -> "Rows":
        """Return the rows with their labels dealt out at random."""
        return Rows(self.X, rng.permutation(self.y), self.tick, self.end_tick)


@dataclass(frozen=True)
class Dataset:
    """All rows, and what the manifest says about them."""

    rows: Rows
    times: np.ndarray  # int64 [rows], ns of UTC
    instrument: np.ndarray  # int64 [rows]: which source
    next_return: np.ndarray  # float64 [rows]: fraction earned by a unit held for a bar, or a trade
    names: tuple[str, ...]
    rule: LabelRule
    schema: str
    schema_hash: str
    data_hash: str
    bars_hash: str
    warm_up: int  # rows left out at the start, as features were not ready
    incomplete: int  # rows left out later, as a feature was absent
    unlabelled: int  # rows left out at the end, as their label is not known yet
    labels_end: int  # ns of UTC: the time of the last bar, or exit, that a label looks at
    held_out: int  # rows left out at the end, to compare models on


@dataclass(frozen=True)
class _Part:
    file: FeatureFile
    labels: Labels
    keep: np.ndarray
    bars_hash: str
    warm_up: int
    incomplete: int


def load(
    sources: list[Source],
    rule: LabelRule,
    missing: str,
    trusted: frozenset[str] = frozenset(),
    hold_out: float = 0.0,
) -> Dataset:
    """Read and join files; ``missing`` is ``refuse``, ``keep`` or ``drop``.

    ``trusted`` features are not asked whether they tell the future. Of the rows the last, a share
    of ``hold_out``, are left out, and every row whose label looks at the first of these.

    Raises ``Refusal`` if a file is wrong, a feature tells the future, or labels are constant.
    """
    parts = [_part(source, rule, missing, trusted) for source in sources]
    first = parts[0].file
    for part in parts[1:]:
        features_file.refuse_difference(part.file.schema, first.schema, str(part.file.path))
    times = np.concatenate([part.file.times[part.keep] for part in parts])
    order = np.argsort(times, kind="stable")
    end = np.concatenate([part.labels.end[part.keep] for part in parts])[order]
    held_out = _held_out(times[order], end, hold_out)
    order, end = order[~held_out], end[~held_out]

    def joined(pieces: list[np.ndarray]) -> np.ndarray:
        return np.concatenate([p[part.keep] for p, part in zip(pieces, parts, strict=True)])[order]

    times = times[order]
    every = np.unique(times)
    rows = Rows(
        X=joined([part.file.values for part in parts]),
        y=joined([part.labels.target for part in parts]),
        tick=np.searchsorted(every, times),
        # The last label looks beyond the last row: it still ends after every row before it.
        end_tick=np.searchsorted(every, end),
    )
    _refuse_thin(rows, rule, str(first.path))
    return Dataset(
        rows=rows,
        times=times,
        instrument=joined([np.full(len(p.file.times), at) for at, p in enumerate(parts)]),
        next_return=joined([part.labels.next_return for part in parts]),
        names=first.names,
        rule=rule,
        schema=first.schema,
        schema_hash=first.schema_hash,
        data_hash=_joint_hash([part.file.file_hash for part in parts]),
        bars_hash=_joint_hash([part.bars_hash for part in parts if part.bars_hash]),
        warm_up=sum(part.warm_up for part in parts),
        incomplete=sum(part.incomplete for part in parts),
        unlabelled=sum(int((~part.labels.known).sum()) for part in parts),
        labels_end=int(end.max()),
        held_out=int(held_out.sum()),
    )


def _held_out(times: np.ndarray, end: np.ndarray, share: float) -> np.ndarray:
    """Return which rows are kept for a comparison, or look at one of those, as booleans."""
    first = len(times) - int(len(times) * share)
    if first == len(times):
        return np.zeros(len(times), dtype=bool)
    return end >= times[first]


def _part(source: Source, rule: LabelRule, missing: str, trusted: frozenset[str]) -> _Part:
    is_outcome = rule.kind == "outcome"
    file = features_file.read(source.data, ties=is_outcome)
    place = str(source.data)
    bars_hash = ""
    if is_outcome:
        labels = from_outcomes(rule, file.table, file.times, place)
    elif source.bars is None:
        raise Refusal(f"{place}: a {rule.kind} is made of bars: name them with --bars")
    else:
        bars = bars_file.read(source.bars)
        bars_hash = bars.file_hash
        at = bars.rows_at(file.times, place)
        labels = from_bars(rule, bars, at)
        refuse_future(file, bars, at, rule.horizon, trusted)
    whole = np.isfinite(file.values).all(axis=1)
    # Trades are few, and each began at a moment of its own: those that trees can use are kept.
    ready = 0 if is_outcome and missing == "keep" else _warm_up(file)
    after = np.arange(len(whole)) >= ready
    gaps = after & ~whole
    if gaps.any() and missing == "refuse":
        _refuse_gap(file, int(np.flatnonzero(gaps)[0]))
    keep = labels.known & after & (whole | (missing == "keep"))
    dropped = int(gaps.sum()) if missing == "drop" else 0
    return _Part(file, labels, keep, bars_hash, ready, dropped)


def _warm_up(file: FeatureFile) -> int:
    """Return the first row at which every feature has been there at least once."""
    present = np.isfinite(file.values)
    never = np.flatnonzero(~present.any(axis=0))
    if never.size:
        raise Refusal(f'{file.path}: column "{file.names[never[0]]}" is empty in every row')
    return int(present.argmax(axis=0).max())


def _refuse_gap(file: FeatureFile, row: int) -> None:
    name = file.names[int(np.flatnonzero(~np.isfinite(file.values[row]))[0])]
    raise Refusal(
        f'{file.path}: column "{name}" is missing at row {row + 1}, after the warm-up: '
        "take --missing drop, or --missing keep for a family of trees"
    )


def _refuse_thin(rows: Rows, rule: LabelRule, place: str) -> None:
    least = least_for(rule.kind).rows
    if len(rows) < least:
        raise Refusal(f"{place}: {len(rows)} rows with labels are too few, {least} are needed")
    if np.unique(rows.y).size == 1:
        instead = ": --target regression learns how much" if rule.is_win_or_loss else ""
        raise Refusal(
            f"{place}: the label is {rows.y[0]:g} in every row, there is nothing to learn{instead}"
        )
    for number, name in enumerate(rule.classes):
        if not (rows.y == number).any():
            raise Refusal(f'{place}: no row has the label "{name}"')


def _joint_hash(hashes: list[str]) -> str:
    """Return the hash of one file as it is, of several the BLAKE3 of their hashes, a line each."""
    if len(hashes) <= 1:
        return "".join(hashes)
    return blake3.blake3("\n".join(hashes).encode()).hexdigest()
