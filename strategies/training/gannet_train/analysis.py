"""``gannet-train analyze``: what samples of our own trades can be trusted to teach.

Samples are what ``gannet samples`` makes of a journal: a feature file, one row a trade, with
``exit_time`` (absent while the trade is open), ``return_percent`` after fees, and where known
``instrument`` and ``side``.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from gannet_train import features as features_file
from gannet_train.labels import LabelRule, from_outcomes
from gannet_train.refusal import Refusal
from gannet_train.times import SECOND_NS, rfc3339


@dataclass(frozen=True)
class Description:
    """Samples in numbers; returns in percent after fees, times in seconds."""

    samples: int
    closed: int
    open: int
    first: str
    last: str
    wins: int
    win_rate: float
    win_rate_error: float  # one standard error
    mean_return: float
    mean_return_error: float
    median_return: float
    worst_return: float
    best_return: float
    median_holding_s: float
    overlapping: float  # share of closed trades that began before the one before ended
    features: int
    schema_hash: str
    incomplete: dict[str, int]  # feature: rows without it
    constant: list[str]
    groups: dict[str, int]  # "instrument BTCUSDT": closed trades

    def to_json(self) -> str:
        """Return one JSON object."""
        return json.dumps(asdict(self))

    def to_text(self) -> str:
        """Return lines for people."""
        lines = [
            f"{self.closed} closed trades, {self.open} open, from {self.first} to {self.last}",
            f"wins      {self.wins} ({self.win_rate:.1%} ± {self.win_rate_error:.1%})",
            f"return    mean {self.mean_return:.4f} % ± {self.mean_return_error:.4f}, "
            f"median {self.median_return:.4f} %, "
            f"{self.worst_return:.4f} to {self.best_return:.4f} %",
            f"holding   median {self.median_holding_s:.0f} s, {self.overlapping:.0%} overlap",
            f"features  {self.features}, schema {self.schema_hash[:12]}…",
        ]
        lines += [f"  {name} is missing in {rows} rows" for name, rows in self.incomplete.items()]
        lines += [f"  {name} is the same in every row" for name in self.constant]
        lines += [f"{name}: {count} closed" for name, count in self.groups.items()]
        return "\n".join(lines)


def analyze(path: Path, minimum: int) -> Description:
    """Describe samples; refuses fewer closed trades than the minimum."""
    file = features_file.read(path, ties=True)
    labels = from_outcomes(LabelRule("outcome", "regression", 0), file.table, file.times, str(path))
    closed = int(labels.known.sum())
    if closed < minimum:
        raise Refusal(f"{path} has {closed} closed trades, {minimum} are needed to train on")
    gain, begin, end = (part[labels.known] for part in (labels.target, file.times, labels.end))
    wins = int((gain > 0.0).sum())
    rate = wins / closed
    values = file.values
    absent = (~np.isfinite(values)).sum(axis=0)
    return Description(
        samples=len(file.times),
        closed=closed,
        open=len(file.times) - closed,
        first=rfc3339(begin[0]),
        last=rfc3339(end.max()),
        wins=wins,
        win_rate=rate,
        win_rate_error=float(np.sqrt(rate * (1.0 - rate) / closed)),
        mean_return=float(gain.mean()),
        mean_return_error=float(gain.std(ddof=1) / np.sqrt(closed)) if closed > 1 else 0.0,
        median_return=float(np.median(gain)),
        worst_return=float(gain.min()),
        best_return=float(gain.max()),
        median_holding_s=float(np.median(end - begin) / SECOND_NS),
        overlapping=float((begin[1:] < np.maximum.accumulate(end)[:-1]).mean())
        if closed > 1
        else 0.0,
        features=len(file.names),
        schema_hash=file.schema_hash,
        incomplete={n: int(a) for n, a in zip(file.names, absent, strict=True) if a},
        constant=[
            name
            for name, column in zip(file.names, values.T, strict=True)
            if np.isfinite(column).any() and np.nanmin(column) == np.nanmax(column)
        ],
        groups=_groups(file, labels.known),
    )


def _groups(file: features_file.FeatureFile, known: np.ndarray) -> dict[str, int]:
    counts: dict[str, int] = {}
    for column in ("instrument", "side"):
        if column in file.table.column_names:
            names = np.array(file.table[column].to_pylist(), dtype=str)[known]
            found, rows = np.unique(names, return_counts=True)
            counts |= {f"{column} {n}": int(r) for n, r in zip(found, rows, strict=True)}
    return counts
