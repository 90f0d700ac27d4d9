"""The equity of a hand-made market."""

from types import SimpleNamespace

import numpy as np

from gannet_train.equity import trade
from gannet_train.family import Task


def equity_of(predicted, returns, *, horizon=1, kind="forward_return", instrument=None, cost=0.0):
    count = len(returns)
    instrument = np.zeros(count, int) if instrument is None else np.asarray(instrument)
    places = np.arange(count) if instrument.max() == 0 else np.arange(count) // 2
    data = SimpleNamespace(
        rule=SimpleNamespace(kind=kind, horizon=horizon),
        instrument=instrument,
        next_return=np.asarray(returns, dtype=float),
        times=places * 3_600_000_000_000,
    )
    up = np.asarray(predicted, dtype=float)
    chance = np.column_stack([1 - up, up])
    return trade(Task(("down", "up")), data, np.arange(count), chance, cost)


def test_signals_earn_the_next_return_less_the_cost_of_turning():
    equity = equity_of([0.9, 0.8, 0.2], [0.01, -0.02, -0.03], cost=0.001)
    np.testing.assert_allclose(equity.gross, [1.0, -1.0, 2.0])
    np.testing.assert_allclose(equity.model, [0.9, -1.1, 1.7])
    np.testing.assert_allclose(equity.reference, [1.0, -1.0, -4.0])


def test_a_signal_is_held_for_the_horizon_in_equal_shares():
    equity = equity_of([0.9, 0.1, 0.1], [0.01, 0.01, 0.01], horizon=2)
    np.testing.assert_allclose(np.diff(equity.gross, prepend=0.0), [0.5, 0.0, -1.0])


def test_instruments_weigh_the_same():
    equity = equity_of([0.9, 0.1, 0.9, 0.1], [0.02, 0.04, 0.0, 0.0], instrument=[0, 1, 0, 1])
    np.testing.assert_allclose(equity.gross, [-1.0, -1.0])


def test_of_our_own_trades_those_the_model_would_take():
    equity = equity_of([0.9, 0.1, 0.6], [0.01, -0.05, 0.02], kind="outcome")
    np.testing.assert_allclose(equity.model, [1.0, 1.0, 3.0])
    np.testing.assert_allclose(equity.reference, [1.0, -4.0, -2.0])
