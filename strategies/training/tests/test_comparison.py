"""Candidate against champion: only rows new to both, and only what can be compared."""

import json
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import tomli_w
from conftest import HOUR_NS, Desk, trades

from gannet_train.cli import main
from gannet_train.times import parse

FAST = ("--param", "trees=40", "--embargo", "0")
LEARN = (*FAST, "--label", "outcome", "--first-share", "0.6")


def shop(folder, rows=900, strength=1.2, seed=11, hours=0) -> Desk:
    """Return samples whose outcome one feature tells, more or less; each open for some hours."""
    made = trades(rows, seed)
    if hours:
        ends = pa.array(made.times + hours * HOUR_NS, pa.timestamp("ns", tz="UTC"))
        made.extra["exit_time"] = ends
    rng = np.random.default_rng(seed)
    gain = strength * made.features["drift"] + rng.standard_normal(rows)
    is_open = np.arange(rows) == rows - 1
    made = replace(made, extra=made.extra | {"return_percent": pa.array(gain, mask=is_open)})
    return Desk(folder, made)


def train(desk: Desk, name: str, *more: str) -> str:
    """Train a model on samples; returns its folder."""
    words = ("--output", str(desk.folder / name), "--id", name)
    assert desk.train(*LEARN, *more, *words, with_bars=False) == 0
    return str(desk.folder / name)


def told(capsys, *words: str) -> dict:
    capsys.readouterr()
    assert main(["compare", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys, *words: str) -> str:
    capsys.readouterr()
    assert main(["compare", *words]) == 2
    return capsys.readouterr().err


def edit(folder: str, change) -> None:
    """Change a manifest."""
    path = Path(folder) / "manifest.toml"
    said = tomllib.loads(path.read_text())
    change(said)
    path.write_text(tomli_w.dumps(said))


def new_to(candidate: Path, champion: Path, desk: Desk) -> int:
    """Count closed trades that were decided after all either model knew."""
    said = [tomllib.loads((at / "manifest.toml").read_text()) for at in (candidate, champion)]
    until = max(parse(one["training"]["labels_until"]) for one in said)
    return int((desk.market.times[:-1] >= until).sum())


def test_what_is_there_beats_the_guess_and_what_is_not_does_not(tmp_path, capsys):
    found = {}
    for strength in (0.0, 1.2):
        folder = tmp_path / str(strength)
        folder.mkdir()
        desk = shop(folder, strength=strength)
        candidate = train(desk, "c", "--hold-out", "0.3")
        found[strength] = told(
            capsys, "--candidate", candidate, "--data", str(folder / "x.parquet")
        )
    assert found[1.2]["better"] is True
    assert found[1.2]["candidate_loss"] < found[1.2]["guess_loss"]
    assert found[1.2]["deviations"] > found[1.2]["needed"] > 1.96
    assert found[1.2]["verdict"].startswith("better than a constant guess: ")
    assert found[1.2]["champion"] == ""
    assert found[0.0]["better"] is False
    assert found[0.0]["verdict"].startswith("not better than a constant guess: ")
    # 899 closed trades: the last 30 % held out, and one that was left out between.
    assert found[1.2]["trades"] == 270
    assert 50 < found[1.2]["independent"] < 200


def test_rows_that_either_was_trained_on_do_not_count(tmp_path, capsys):
    desk = shop(tmp_path)
    candidate = train(desk, "c", "--hold-out", "0.3")
    champion = train(desk, "old", "--hold-out", "0.2", "--seed", "2")
    data = ("--data", str(tmp_path / "x.parquet"))
    found = told(capsys, "--candidate", candidate, "--champion", champion, *data)
    assert found["trades"] == new_to(tmp_path / "c", tmp_path / "old", desk) == 181
    assert found["not_counted"]["still open"] == 1
    assert found["not_counted"]["known when the champion was trained"] == 89
    assert found["not_counted"]["known when the candidate was trained"] == 629
    assert found["champion"] == "old"
    assert found["champion_loss"] > 0.0
    # An older manifest tells the last row, not when its trade had ended: those are left out too.
    edit(champion, lambda said: said["training"].pop("labels_until"))
    older = told(capsys, "--candidate", candidate, "--champion", champion, *data)
    assert 178 <= older["trades"] <= 181
    # A champion that has seen everything leaves nothing to compare on, and it is said.
    champion = train(desk, "all")
    said = refused(capsys, "--candidate", candidate, "--champion", champion, *data)
    assert "0 trades are new to all models, 20 are needed" in said
    assert "known when the champion was trained" in said


def test_a_model_against_itself_is_not_better(tmp_path, capsys):
    desk = shop(tmp_path)
    candidate = train(desk, "c", "--hold-out", "0.3")
    data = str(tmp_path / "x.parquet")
    found = told(capsys, "--candidate", candidate, "--champion", candidate, "--data", data)
    assert (found["better"], found["improvement"], found["deviations"]) == (False, 0.0, 0.0)
    capsys.readouterr()
    assert main(["compare", "--candidate", candidate, "--data", data]) == 0
    text = capsys.readouterr().out
    assert "log loss of candidate" in text
    assert "not counted: 1 still open" in text


def test_values_are_compared_by_their_square_error(tmp_path, capsys):
    desk = shop(tmp_path)
    candidate = train(desk, "c", "--hold-out", "0.3", "--target", "regression")
    data = ("--data", str(tmp_path / "x.parquet"))
    found = told(capsys, "--candidate", candidate, *data)
    assert (found["better"], found["loss"]) == (True, "square error")
    other = train(desk, "wins", "--hold-out", "0.3")
    said = refused(capsys, "--candidate", candidate, "--champion", other, *data)
    assert "their losses cannot be compared" in said


def test_what_cannot_be_compared_is_refused(tmp_path, capsys):
    desk = shop(tmp_path)
    candidate = train(desk, "c", "--hold-out", "0.3")
    data = tmp_path / "x.parquet"
    words = ("--candidate", candidate, "--data", str(data))
    assert "300 are needed" in refused(capsys, *words, "--minimum", "300")
    assert "independent ones, 260 are needed" in refused(capsys, *words, "--minimum", "260")
    desk.market.features["late"] = desk.market.features["noise"]
    other = desk.market.write_features(tmp_path / "y.parquet")
    said = refused(capsys, "--candidate", candidate, "--data", str(other))
    assert 'has also "late' in said
    assert "cannot read the model in" in refused(
        capsys, "--candidate", str(tmp_path / "none"), "--data", str(data)
    )
    edit(candidate, lambda said: said["label"].update(kind="forward_return"))
    assert "not the outcome of trades" in refused(capsys, *words)
    edit(candidate, lambda said: said.update(onnx_blake3="00"))
    assert "the manifest belongs to another ONNX file" in refused(capsys, *words)


def test_a_hundred_trades_are_enough_to_train_and_compare(tmp_path, capsys):
    desk = shop(tmp_path, rows=101, hours=1)
    candidate = train(desk, "c", "--hold-out", "0.3", "--folds", "2")
    found = told(capsys, "--candidate", candidate, "--data", str(tmp_path / "x.parquet"))
    # Thirty held out, and one whose label reaches into them.
    assert found["trades"] == 31


def test_what_is_held_out_is_purged(tmp_path):
    """The last label of the training ends before the first row that is held out."""
    desk = shop(tmp_path)
    candidate = train(desk, "c", "--hold-out", "0.3")
    said = tomllib.loads((tmp_path / "c" / "manifest.toml").read_text())["training"]
    times = desk.market.times[:899]
    first = times[899 - int(899 * 0.3)]
    assert parse(said["until"]) < parse(said["labels_until"]) <= first + HOUR_NS
    assert said["rows"] < 630
    assert candidate


@pytest.mark.parametrize("words", [["compare"], ["compare", "--candidate", "x"]])
def test_arguments_are_asked_for(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "required" in capsys.readouterr().err


@pytest.mark.parametrize("family", ["lightgbm", "xgboost", "random_forest"])
def test_trees_learn_from_trades_that_lack_a_feature(tmp_path, capsys, family):
    """The first trades of a session lack slow features, and a short one has some never."""
    desk = shop(tmp_path, rows=300, hours=1)
    desk.market.features["noise"] = pa.nulls(300, pa.float64())
    slow = pa.array(desk.market.features["drift"], mask=np.arange(300) < 40)
    desk.market.features["drift"] = slow
    words = ("--missing", "keep", "--hold-out", "0.3", "--output", str(tmp_path / "c"))
    assert desk.train(*LEARN, *words, family=family, with_bars=False) == 0
    said = tomllib.loads((tmp_path / "c" / "manifest.toml").read_text())
    assert said["training"]["rows"] == 209
    found = told(capsys, "--candidate", str(tmp_path / "c"), "--data", str(tmp_path / "x.parquet"))
    assert found["trades"] == 90
    refused_by = desk.train(
        *LEARN, "--missing", "drop", "--replace", family=family, with_bars=False
    )
    assert refused_by == 2
    assert 'column "noise" is empty in every row' in capsys.readouterr().err
