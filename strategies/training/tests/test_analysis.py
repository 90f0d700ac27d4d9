"""Samples of our own trades are described, or refused if there are too few."""

import json

from conftest import trades

from gannet_train.cli import main


def test_samples_are_described(tmp_path, capsys):
    path = trades(250).write_features(tmp_path / "samples.parquet")
    assert main(["analyze", str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["samples"], told["closed"], told["open"]) == (250, 249, 1)
    assert told["groups"]["instrument ETHUSDT"] == 83
    assert 0 < told["win_rate"] < 1
    assert told["worst_return"] < told["median_return"] < told["best_return"]
    assert told["features"] == 5
    assert main(["analyze", str(path)]) == 0
    assert capsys.readouterr().out.startswith(
        "249 closed trades, 1 open, from 2023-11-14T22:00:00Z"
    )


def test_too_few_closed_trades_are_refused(tmp_path, capsys):
    path = trades(100).write_features(tmp_path / "samples.parquet")
    assert main(["analyze", str(path)]) == 2
    assert "has 99 closed trades, 100 are needed to train on" in capsys.readouterr().err
    assert main(["analyze", str(path), "--minimum", "99"]) == 0


def test_a_file_without_outcomes_is_refused(tmp_path, capsys):
    made = trades(200)
    made.extra = {}
    path = made.write_features(tmp_path / "samples.parquet")
    assert main(["analyze", str(path)]) == 2
    assert 'column "exit_time" of the outcomes is missing' in capsys.readouterr().err
