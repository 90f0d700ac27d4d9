"""No label of a training row may look at a row it is tested on."""

from itertools import pairwise

import numpy as np
import pytest

from gannet_train.dataset import Rows
from gannet_train.folds import refuse_classless, split_training, walk_forward
from gannet_train.refusal import Refusal


def rows_of(seed: int, count: int = 2400) -> Rows:
    """Return rows of two instruments with labels of random length."""
    rng = np.random.default_rng(seed)
    tick = np.sort(rng.integers(0, count, count))
    end = tick + rng.integers(1, 12, count)
    return Rows(np.zeros((count, 1), np.float32), rng.integers(0, 2, count) * 1.0, tick, end)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("embargo", [0, 5])
def test_parts_follow_each_other_with_a_gap(seed, embargo):
    rows = rows_of(seed)
    folds = walk_forward(rows, 4, 0.4, embargo)
    assert len(folds) == 4
    for fold in folds:
        split = fold.split
        parts = [split.fit, split.early, split.calibrate, fold.test]
        for earlier, later in pairwise(parts):
            assert rows.end_tick[earlier].max() + embargo < rows.tick[later].min()
    tested = np.concatenate([fold.test for fold in folds])
    assert np.array_equal(tested, np.unique(tested))
    assert np.array_equal(tested, np.flatnonzero(rows.tick >= rows.tick[tested[0]]))


def test_purging_leaves_out_only_what_looks_ahead():
    rows = rows_of(1)
    fold = walk_forward(rows, 2, 0.5, 0)[0]
    start = rows.tick[fold.test].min()
    train = np.concatenate([fold.split.fit, fold.split.early, fold.split.calibrate])
    left_out = np.setdiff1d(np.flatnonzero(rows.end_tick < start), train)
    # Between the parts of the training rows, a dozen bars at most.
    assert len(left_out) < 40


def test_too_few_rows_are_refused():
    rows = rows_of(3, 80)
    with pytest.raises(Refusal, match=r"rows to (fit|stop early) on"):
        split_training(rows, np.arange(80), 0)


def test_a_part_without_a_class_is_refused():
    rows = rows_of(4)
    one_sided = Rows(rows.X, (rows.tick > 1200) * 1.0, rows.tick, rows.end_tick)
    folds = walk_forward(one_sided, 2, 0.4, 0)
    with pytest.raises(Refusal, match='without the label "up"'):
        refuse_classless(one_sided, folds, ("down", "up"))
