"""Whole runs through the command line."""

import tomllib

import blake3
import numpy as np
import pyarrow as pa
import pytest
from conftest import Desk, market, trades

from gannet_train import export
from gannet_train.metrics import reliability

FAST = ("--param", "trees=40")
FILES = ("manifest.toml", "model.onnx", "report.html")


def test_a_run_writes_a_model_the_engine_can_check(desk: Desk):
    assert desk.train(*FAST, "--set", "made", "--seed", "9") == 0
    assert sorted(path.name for path in desk.output.iterdir()) == list(FILES)
    text = (desk.output / "manifest.toml").read_text()
    said = tomllib.loads(text)
    file = (desk.output / "model.onnx").read_bytes()
    assert said["format"] == 1
    assert said["family"] == "lightgbm"
    assert said["seed"] == 9
    assert said["onnx_blake3"] == blake3.blake3(file).hexdigest()
    assert said["features"]["schema"] == desk.market.schema
    assert said["features"]["schema_hash"] == blake3.blake3(desk.market.schema.encode()).hexdigest()
    assert said["features"]["count"] == 5
    assert said["output"]["classes"] == ["down", "up"]
    assert said["label"]["horizon_bars"] == 6
    assert said["training"]["rows"] == 1494
    assert said["training"]["from"] == "2023-11-14T22:00:00Z"
    assert all(np.isfinite(value) for value in said["metrics"].values())
    inputs = np.array(said["vectors"]["inputs"], dtype=np.float32)
    assert inputs.shape == (32, 5)
    answers = np.array(said["vectors"]["outputs"], dtype=np.float32)
    assert np.array_equal(answers, export.run(file, inputs))


def test_what_is_there_is_learned_and_what_is_not_is_not(tmp_path):
    """A market with a signal is better than a constant guess; one without is not."""
    scores = {}
    for strength in (0.0, 0.35):
        folder = tmp_path / str(strength)
        folder.mkdir()
        desk = Desk(folder, market(3000, strength=strength))
        assert desk.train(*FAST, "--trust", "drift", "--trust", "drift_sign") == 0
        scores[strength] = tomllib.loads((desk.output / "manifest.toml").read_text())["metrics"]
    assert scores[0.35]["log_loss"] < scores[0.35]["baseline_log_loss"] - 0.01
    assert scores[0.35]["gain_deviations"] > 2.0
    assert scores[0.35]["auc"] > 0.6
    assert abs(scores[0.0]["auc"] - 0.5) < 0.08
    assert scores[0.0]["gain_deviations"] < 2.0


@pytest.mark.parametrize("family", ["lightgbm", "neural_ode"])
def test_two_runs_write_the_same_bytes(desk, family):
    more = FAST if family == "lightgbm" else ("--param", "epochs=3")
    assert desk.train(*more, family=family) == 0
    first = {name: (desk.output / name).read_bytes() for name in FILES}
    assert desk.train(*more, "--replace", family=family) == 0
    assert first == {name: (desk.output / name).read_bytes() for name in FILES}
    assert desk.train(*more, "--replace", "--seed", "2", family=family) == 0
    assert first["model.onnx"] != (desk.output / "model.onnx").read_bytes()


@pytest.mark.parametrize(
    "words",
    [
        ("--target", "three_class", "--threshold", "1"),
        ("--target", "regression"),
        ("--label", "triple_barrier", "--target", "three_class", "--barrier", "4"),
        ("--calibration", "isotonic", "--class-weights", "none"),
    ],
)
def test_labels_of_all_kinds_make_a_page(desk, words):
    assert desk.train(*FAST, *words) == 0
    page = (desk.output / "report.html").read_text()
    assert page.count("<svg") == 5
    assert "nan" not in page
    for outside in ("http", "<script", "src=", "url("):
        assert outside not in page


def test_outcomes_of_our_own_trades(tmp_path):
    desk = Desk(tmp_path, trades(900))
    assert desk.train(*FAST, "--label", "outcome", with_bars=False) == 0
    said = tomllib.loads((desk.output / "manifest.toml").read_text())
    assert said["output"]["classes"] == ["loss", "win"]
    assert said["label"]["horizon_bars"] == 0
    assert said["training"]["rows"] == 899


def test_missing_values_are_kept_for_trees_and_dropped_otherwise(desk):
    holes = np.isin(np.arange(1500), [0, 1, 2, 800, 900, 901])
    desk.market.features["noise"] = pa.array(desk.market.features["noise"], mask=holes)
    assert desk.train(*FAST, "--missing", "keep") == 0
    said = tomllib.loads((desk.output / "manifest.toml").read_text())
    assert said["training"]["rows"] == 1491
    assert said["input"]["missing"] == "nan"
    assert np.isnan(np.array(said["vectors"]["inputs"])).any()
    words = ("--missing", "drop", "--replace", "--param", "epochs=2")
    assert desk.train(*words, family="mlp") == 0
    said = tomllib.loads((desk.output / "manifest.toml").read_text())
    assert said["training"]["rows"] == 1488
    assert said["input"]["missing"] == "refuse"


def test_instruments_are_joined_by_time(tmp_path):
    desk = Desk(tmp_path, market())
    other = market(1400, seed=8)
    data, bars = tmp_path / "y.parquet", tmp_path / "y.csv"
    other.write_features(data)
    other.write_bars(bars)
    # The second pair comes before the first that the desk adds.
    assert desk.train(*FAST, "--data", str(data), "--bars", str(bars)) == 0
    said = tomllib.loads((desk.output / "manifest.toml").read_text())
    assert said["training"]["rows"] == 1494 + 1394


def test_bins_hold_as_many_rows_each():
    chance = np.linspace(0, 1, 105)
    bins = reliability(chance, (chance > 0.5).astype(float), 1)
    assert [b.rows for b in bins] == [11] * 5 + [10] * 5
    assert bins[0].happened == 0.0
    assert bins[-1].happened == 1.0
