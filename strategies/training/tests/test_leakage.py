"""Features from the future are refused by name, and nothing is learned from nothing."""

import numpy as np
import pytest
from conftest import market

from gannet_train.chance import refuse_luck
from gannet_train.dataset import Rows
from gannet_train.families import FAMILIES
from gannet_train.family import Task
from gannet_train.folds import Fold, walk_forward
from gannet_train.model import Recipe
from gannet_train.refusal import Refusal


def smooth(values, span):
    """Return an exponential average."""
    out = np.empty(len(values))
    level = values[0]
    for at, value in enumerate(values):
        level += (value - level) * 2 / (span + 1)
        out[at] = level
    return out


def candidates(desk):
    close = desk.market.bars["close"]
    returns = np.concatenate([[0.001], np.diff(np.log(close))])
    total = np.cumsum(returns)
    return {
        "return_1": returns,
        "momentum_20": total - np.roll(total, 20),
        "ema_20": smooth(close, 20),
        "rsi_like": smooth(np.maximum(returns, 0), 14) / smooth(np.abs(returns), 14),
        "range": smooth(desk.market.bars["high"] / desk.market.bars["low"], 3),
        "volume_1": desk.market.bars["volume"],
    }


NAMES = ["return_1", "momentum_20", "ema_20", "rsi_like", "range", "volume_1"]


@pytest.mark.parametrize("ahead", [1, 4])
@pytest.mark.parametrize("name", NAMES)
def test_a_feature_moved_ahead_is_refused_by_name(desk, refused, name, ahead):
    values = candidates(desk)[name]
    desk.market.features["innocent"] = desk.market.features.pop("noise")
    desk.market.features[f"{name}_moved"] = np.concatenate([values[ahead:], values[-ahead:]])
    assert f'feature "{name}_moved" tells the future' in refused()


def test_a_forward_return_as_a_feature_is_refused(desk, refused):
    close = desk.market.bars["close"]
    desk.market.features["wish"] = np.concatenate([close[6:] / close[:-6] - 1, np.zeros(6)])
    assert 'feature "wish" tells the future: it ranks the forward return' in refused()


def test_features_of_the_past_pass(desk):
    desk.market.features |= candidates(desk)
    assert desk.train("--param", "trees=20") == 0


def test_a_trusted_feature_is_not_asked(desk, refused):
    close = desk.market.bars["close"]
    desk.market.features["oracle"] = np.concatenate([np.diff(np.log(close)), [0.0]])
    assert desk.train("--trust", "oracle", "--param", "trees=20") == 0
    assert '"oracel", which is no feature' in _replaced(refused, desk, "--trust", "oracel")


def _replaced(refused, desk, *more):
    for path in desk.output.iterdir():
        path.unlink()
    desk.output.rmdir()
    return refused(*more)


def recipe() -> Recipe:
    family = FAMILIES["lightgbm"]
    parameters = {**family.defaults, "leaf_rows": 2, "learning_rate": 0.3, "leaves": 63}
    return Recipe(family, Task(("down", "up")), parameters, "platt", "balanced", 1, 0, 1)


def dealt_rows() -> tuple[Rows, Fold]:
    made = market(1200)
    X = np.column_stack(list(made.features.values())).astype(np.float32)
    tick = np.arange(len(X))
    y = (np.roll(made.bars["close"], -1) > made.bars["close"]).astype(float)
    rows = Rows(X, y, tick, tick + 1)
    return rows, walk_forward(rows, 2, 0.4, 0)[-1]


def test_shuffled_labels_score_like_chance():
    rows, fold = dealt_rows()
    found = refuse_luck(recipe(), rows, fold)
    assert abs(found["shuffled_auc"] - 0.5) < 0.1


def test_a_test_that_was_fitted_to_is_found():
    rows, fold = dealt_rows()
    leaky = Fold(fold.split, fold.split.fit[-400:])
    with pytest.raises(Refusal, match="dealt out at random are predicted"):
        refuse_luck(recipe(), rows, leaky)
