"""Bars that labels are made of: ``time,open,high,low,close,volume``, as ``gannet`` reads them.

A bar's time is when it began; its close is known one bar later, which is also when its features
are known.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import blake3
import numpy as np

from gannet_train.refusal import Refusal
from gannet_train.times import parse, refuse_unsorted, rfc3339

PRICES = ("open", "high", "low", "close")


@dataclass(frozen=True)
class Bars:
    """Bars, the oldest first; prices and volume in the file's units."""

    path: Path
    times: np.ndarray  # int64, ns of UTC
    high: np.ndarray  # float64
    low: np.ndarray
    close: np.ndarray
    volume: np.ndarray
    file_hash: str

    def rows_at(self, times: np.ndarray, place: str) -> np.ndarray:
        """Return the row of the bar that began at each time; refuses a time without one."""
        rows = np.searchsorted(self.times, times)
        found = np.minimum(rows, len(self.times) - 1)
        absent = np.flatnonzero(self.times[found] != times)
        if absent.size:
            moment = rfc3339(times[absent[0]])
            raise Refusal(f"{place} has a row at {moment}, but {self.path} has no bar there")
        return rows


def read(path: Path) -> Bars:
    """Read bars from a CSV file; raises ``Refusal`` naming the first line that is wrong."""
    try:
        body = path.read_bytes()
        lines = list(csv.reader(body.decode().splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Refusal(f"cannot read {path}: {error}") from error
    header, rows = (lines[0], lines[1:]) if lines else ([], [])
    absent = [name for name in ("time", *PRICES, "volume") if name not in header]
    if absent:
        raise Refusal(f'{path}: column "{absent[0]}" is missing')
    if not rows:
        raise Refusal(f"{path} has no bars")
    place = {name: header.index(name) for name in ("time", *PRICES, "volume")}
    times = np.array([_value(path, rows, at, place["time"], parse) for at in range(len(rows))])
    refuse_unsorted(times, str(path))
    numbers = {
        name: np.array([_value(path, rows, at, place[name], float) for at in range(len(rows))])
        for name in (*PRICES, "volume")
    }
    for name, column in numbers.items():
        floor = 0.0 if name == "volume" else np.nextafter(0.0, 1.0)
        wrong = np.flatnonzero(~((column >= floor) & np.isfinite(column)))
        if wrong.size:
            row = int(wrong[0])
            raise Refusal(f"{path}: line {row + 2} has {column[row]} as its {name}")
    return Bars(
        path=path,
        times=times,
        high=numbers["high"],
        low=numbers["low"],
        close=numbers["close"],
        volume=numbers["volume"],
        file_hash=blake3.blake3(body).hexdigest(),
    )


def _value(
    path: Path, rows: list[list[str]], at: int, column: int, read_text: Callable[[str], float]
) -> float:
    try:
        return read_text(rows[at][column])
    except (ValueError, IndexError) as error:
        raise Refusal(f"{path}: line {at + 2} cannot be read: {error}") from error
