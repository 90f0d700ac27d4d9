"""Labels against examples worked out by hand."""

from pathlib import Path

import numpy as np
import pytest
from conftest import trades
from pyarrow.parquet import read_table

from gannet_train.bars import Bars
from gannet_train.labels import VOLATILITY_SPAN, LabelRule, from_bars, from_outcomes
from gannet_train.refusal import Refusal


def bars_of(close, high=None, low=None) -> Bars:
    close = np.asarray(close, dtype=float)
    return Bars(
        path=Path("bars.csv"),
        times=np.arange(len(close)) * 10,
        high=close if high is None else np.asarray(high, dtype=float),
        low=close if low is None else np.asarray(low, dtype=float),
        close=close,
        volume=np.ones(len(close)),
        file_hash="",
    )


def test_a_forward_return_looks_horizon_bars_ahead():
    bars = bars_of([100, 110, 99, 120])
    labels = from_bars(LabelRule("forward_return", "regression", 2), bars, np.arange(4))
    assert labels.known.tolist() == [True, True, False, False]
    np.testing.assert_allclose(labels.target[:2], [-1.0, 100 * (120 / 110 - 1)])
    assert labels.end[:2].tolist() == [20, 30]
    np.testing.assert_allclose(labels.next_return[:3], [0.1, -0.1, 120 / 99 - 1])


@pytest.mark.parametrize(
    ("target", "expected"), [("binary", [1, 0, 0]), ("three_class", [2, 0, 1])]
)
def test_a_threshold_divides_the_returns(target, expected):
    rule = LabelRule("forward_return", target, 1, threshold=5.0)
    labels = from_bars(rule, bars_of([100, 110, 99, 100]), np.arange(3))
    assert labels.target.tolist() == expected


def barrier(after, *, target="three_class", horizon=3):
    """Return the label at a bar of 100 after a calm of one percent a bar."""
    calm = 100.0 * np.where(np.arange(VOLATILITY_SPAN + 1) % 2 == 0, 1.0, 1.01)
    close = np.concatenate([calm, [100.0] * len(after)])
    high, low = close.copy(), close.copy()
    at = VOLATILITY_SPAN
    for place, (top, bottom, last) in enumerate(after, start=1):
        high[at + place], low[at + place], close[at + place] = top, bottom, last
    rule = LabelRule("triple_barrier", target, horizon, barrier=2.0)
    labels = from_bars(rule, bars_of(close, high, low), np.array([at]))
    return labels.target[0], (labels.end[0] - at * 10) // 10, labels.known[0]


QUIET = (100.5, 99.5, 100.2)


def test_the_first_barrier_touched_decides():
    up, down = (103.0, 99.9, 100.0), (100.1, 97.0, 100.0)
    assert barrier([QUIET, up, down]) == (2, 2, True)
    assert barrier([down, up, QUIET]) == (0, 1, True)


def test_both_barriers_in_a_bar_count_as_the_lower():
    assert barrier([QUIET, (103.0, 97.0, 103.0), QUIET]) == (0, 2, True)


def test_no_barrier_is_flat_or_the_sign_of_the_return():
    assert barrier([QUIET, QUIET, QUIET]) == (1, 3, True)
    assert barrier([QUIET, QUIET, QUIET], target="binary") == (1, 3, True)
    fallen = (100.5, 99.5, 99.8)
    assert barrier([QUIET, QUIET, fallen], target="binary") == (0, 3, True)


def test_a_barrier_needs_a_volatility_and_a_future():
    assert not barrier([QUIET])[2]
    rule = LabelRule("triple_barrier", "binary", 1)
    labels = from_bars(rule, bars_of(np.linspace(1, 2, 60)), np.arange(60))
    assert labels.known.tolist() == [False] * VOLATILITY_SPAN + [True] * 9 + [False]


def test_open_trades_have_no_outcome(tmp_path):
    made = trades(20)
    table = read_table(made.write_features(tmp_path / "s.parquet"))
    labels = from_outcomes(LabelRule("outcome", "binary", 0), table, made.times, "s")
    assert labels.known.tolist() == [True] * 19 + [False]
    gain = np.array(table["return_percent"].to_pylist()[:19])
    assert labels.target[:19].tolist() == (gain > 0).tolist()
    with pytest.raises(Refusal, match="exit_time"):
        from_outcomes(LabelRule("outcome", "binary", 0), table.drop(["exit_time"]), made.times, "s")
