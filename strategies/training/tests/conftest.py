"""Generated markets: bars with a weak signal, and the features that carry it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import blake3
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gannet_train.cli import main

START_NS = 1_700_000_000_000_000_000 // 3_600_000_000_000 * 3_600_000_000_000
HOUR_NS = 3_600_000_000_000


@dataclass
class Market:
    """Bars and features of one instrument, to be changed by a test before they are written."""

    times: np.ndarray
    bars: dict[str, np.ndarray]
    features: dict[str, np.ndarray]
    extra: dict[str, pa.Array | np.ndarray]

    @property
    def schema(self) -> str:
        lines = [f"{name}\tcandles\t{name}(period=1).value of close" for name in self.features]
        return "\n".join(["gannet-features 1", *lines]) + "\n"

    def write_features(self, path: Path, schema_hash: str = "") -> Path:
        columns = {"time": pa.array(self.times, pa.timestamp("ns", tz="UTC"))}
        for name, values in (self.features | self.extra).items():
            columns[name] = values if isinstance(values, pa.Array) else pa.array(values)
        found = schema_hash or blake3.blake3(self.schema.encode()).hexdigest()
        metadata = {"gannet.schema": self.schema, "gannet.schema_hash": found}
        pq.write_table(pa.table(columns).replace_schema_metadata(metadata), path)
        return path

    def write_bars(self, path: Path) -> Path:
        names = list(self.bars)
        rows = zip(self.times, *self.bars.values(), strict=True)
        lines = [",".join(["time", *names]), *(",".join(map(repr, map(_plain, r))) for r in rows)]
        path.write_text("\n".join(lines) + "\n")
        return path


def _plain(value: np.generic) -> int | float:
    return value.item()


def market(rows: int = 1500, seed: int = 7, strength: float = 0.2) -> Market:
    """Return a market whose drift is a slow process that two of five features see."""
    rng = np.random.default_rng(seed)
    drift = np.zeros(rows)
    for at in range(1, rows):
        drift[at] = 0.97 * drift[at - 1] + np.sqrt(1 - 0.97**2) * rng.standard_normal()
    returns = 0.01 * (strength * np.roll(drift, 1) + rng.standard_normal(rows))
    close = 100.0 * np.exp(np.cumsum(returns))
    spread = 0.004 * (1.0 + rng.random(rows))
    bars = {
        "open": np.concatenate([close[:1], close[:-1]]),
        "high": np.maximum(close, np.roll(close, 1)) * (1.0 + spread),
        "low": np.minimum(close, np.roll(close, 1)) * (1.0 - spread),
        "close": close,
        "volume": np.exp(rng.standard_normal(rows)),
    }
    features = {
        "drift": drift + 0.3 * rng.standard_normal(rows),
        "drift_sign": np.sign(drift),
        "momentum_1": np.concatenate([[0.0], np.diff(close)]) / close,
        "noise": rng.standard_normal(rows),
        "weekday": np.arange(rows) // 24 % 7 * 1.0,
    }
    times = START_NS + HOUR_NS * np.arange(rows)
    return Market(times, bars, features, {})


def trades(rows: int = 600, seed: int = 11) -> Market:
    """Return samples of our own trades, the last of which is still open."""
    made = market(rows, seed)
    rng = np.random.default_rng(seed)
    gain = 0.3 * made.features["drift"] + rng.standard_normal(rows)
    ends = made.times + HOUR_NS * rng.integers(1, 6, rows)
    is_open = np.arange(rows) == rows - 1
    return replace(
        made,
        extra={
            "exit_time": pa.array(ends, pa.timestamp("ns", tz="UTC"), mask=is_open),
            "return_percent": pa.array(gain, mask=is_open),
            "instrument": np.where(np.arange(rows) % 3 == 0, "ETHUSDT", "BTCUSDT"),
            "side": np.where(rng.random(rows) < 0.5, "buy", "sell"),
        },
    )


@dataclass
class Desk:
    """A folder with the files of a market, and the command."""

    folder: Path
    market: Market

    @property
    def output(self) -> Path:
        return self.folder / "model"

    def train(self, *more: str, family: str = "lightgbm", with_bars: bool = True) -> int:
        """Write what is not there yet, run ``gannet-train``, and return its exit code."""
        data, bars = self.folder / "x.parquet", self.folder / "bars.csv"
        if not data.exists():
            self.market.write_features(data)
        if not bars.exists():
            self.market.write_bars(bars)
        words = ["--family", family, "--data", str(data), "--output", str(self.output), "--quiet"]
        words += ["--bars", str(bars)] if with_bars else []
        return main([*words, "--folds", "2", *more])


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, market())


@pytest.fixture
def refused(desk: Desk, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run, and return the one sentence that is said; asserts that nothing was written."""

    def run(*more: str, **how: object) -> str:
        capsys.readouterr()
        assert desk.train(*more, **how) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err.startswith("gannet-train: ")
        assert captured.err.count("\n") == 1
        left = {path.name for path in desk.folder.iterdir()}
        assert left <= {"x.parquet", "bars.csv", "x.parquet.schema", "other.schema"}
        return captured.err

    return run
