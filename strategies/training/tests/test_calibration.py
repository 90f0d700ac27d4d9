"""Calibrations: what they repair, and that the graph says the same."""

import numpy as np
import pytest

from gannet_train import export
from gannet_train.calibration import SLOPE_MAX, Evidence, fit, linked
from gannet_train.graph import INPUT, Graph
from gannet_train.metrics import calibration_error


def evidence(classes: int, rows: int = 4000) -> Evidence:
    """Return scores that are three times too sure of themselves."""
    rng = np.random.default_rng(5)
    columns = 1 if classes == 2 else classes
    truth = rng.standard_normal((rows, columns))
    chance = linked(truth, "logistic" if columns == 1 else "softmax")
    y = (rng.random((rows, 1)) > np.cumsum(chance, axis=1)).sum(axis=1).astype(float)
    shares = np.bincount(y.astype(int)) / rows
    return Evidence(truth * 3.0 + 0.7, np.minimum(y, classes - 1), shares, 1)


def in_graph(calibrator, scores: np.ndarray, classes: int) -> np.ndarray:
    graph = Graph(scores.shape[1])
    last = calibrator.attach(graph, graph.add("Identity", INPUT))
    file = graph.model(last, "probabilities", classes).SerializeToString()
    return export.run(file, scores.astype(np.float32))


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("method", ["none", "platt", "isotonic"])
def test_calibration_repairs_and_the_graph_agrees(method, classes):
    given = evidence(classes)
    calibrator = fit(method, given, "logistic" if classes == 2 else "softmax")
    answer = calibrator.apply(given.scores)
    np.testing.assert_allclose(answer.sum(axis=1), 1.0, atol=1e-12)
    error = calibration_error(answer, given.y)
    assert error > 0.05 if method == "none" else error < 0.025
    narrow = given.scores.astype(np.float32)
    worst = np.abs(in_graph(calibrator, narrow, classes) - calibrator.apply(narrow)).max()
    assert worst <= 1e-5


def test_isotonic_pieces_rise_and_are_nowhere_too_steep():
    calibrator = fit("isotonic", evidence(2, 500), "logistic")
    knots, levels = calibrator.knots[0], calibrator.levels[0]
    assert np.all(np.diff(knots) > 0)
    assert np.all(np.diff(levels) >= 0)
    assert np.all(np.diff(levels) / np.diff(knots) <= SLOPE_MAX * (1 + 1e-9))
    assert levels[0] > 0.0
    assert levels[-1] < 1.0


@pytest.mark.parametrize("classes", [2, 3])
def test_scores_that_rank_backwards_are_not_turned_around(classes):
    given = evidence(classes)
    backwards = Evidence(-given.scores, given.y, given.shares, 1)
    link = "logistic" if classes == 2 else "softmax"
    answer = fit("platt", backwards, link).apply(backwards.scores)
    assert np.ptp(answer, axis=0).max() < 1e-6
    np.testing.assert_allclose(answer[0], given.shares, atol=0.02)


def test_few_rows_hardly_move_what_is_expected():
    few = Evidence(np.zeros((12, 1)), np.ones(12), np.array([0.5, 0.5]), 6)
    assert 0.5 < fit("platt", few, "logistic").apply(few.scores)[0, 1] < 0.56
