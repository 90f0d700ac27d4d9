"""Evidence that is the same counts once."""

import numpy as np
import pytest
from scipy.stats import t as student

from gannet_train.overlap import mean_of


def spans(count: int, length: int, every: int) -> tuple[np.ndarray, np.ndarray]:
    begin = np.arange(count) * every
    return begin, begin + length


def test_trades_after_each_other_are_independent():
    values = np.random.default_rng(1).standard_normal(200)
    found = mean_of(values, *spans(200, 10, 10))
    assert found.independent == 200
    assert found.error == pytest.approx(values.std(ddof=1) / np.sqrt(200))
    assert found.deviations == pytest.approx(found.mean / found.error)


def test_the_same_trade_many_times_counts_once():
    values = np.random.default_rng(2).standard_normal(50)
    begin, end = spans(50, 10, 10)
    once = mean_of(values, begin, end)
    often = mean_of(*(np.repeat(part, 4) for part in (values, begin, end)))
    assert often.independent == pytest.approx(once.independent)
    assert often.error == pytest.approx(once.error)


def test_a_position_that_is_turned_over_loses_little():
    """A trip's order is sent before the fill that ends the trip before: they share moments."""
    values = np.random.default_rng(3).standard_normal(100)
    found = mean_of(values, *spans(100, 1_010, 1_000))
    assert 97 < found.independent < 100


def test_it_is_what_its_formula_says():
    rng = np.random.default_rng(4)
    begin = np.sort(rng.integers(0, 2_000, 60))
    end = begin + rng.integers(1, 300, 60)
    values = rng.standard_normal(60)
    common = np.minimum.outer(end, end) - np.maximum.outer(begin, begin)
    weight = np.maximum(common, 0) / np.sqrt(np.outer(end - begin, end - begin))
    differs = values - values.mean()
    found = mean_of(values, begin, end)
    assert found.independent == pytest.approx(60**2 / weight.sum())
    free = found.independent / (found.independent - 1)
    assert found.error == pytest.approx(np.sqrt(differs @ weight @ differs * free) / 60)


def test_the_test_keeps_its_promise_for_trades_that_overlap():
    """Of means that are zero, about one in forty is found better with the confidence of 0.975."""
    rng = np.random.default_rng(5)
    begin, end = spans(240, 4, 1)
    passed = 0
    for _ in range(400):
        market = rng.standard_normal(244)
        values = np.convolve(market, np.ones(4), "valid")[:240]
        found = mean_of(values, begin, end)
        passed += found.deviations > student.ppf(0.975, found.independent - 1)
    assert 2 <= passed <= 24
    # As if they were independent, six times as many would pass.


def test_numbers_that_are_all_the_same_prove_nothing():
    found = mean_of(np.full(30, 0.1), *spans(30, 10, 10))
    assert found.deviations == 0.0 or found.error < 1e-12
