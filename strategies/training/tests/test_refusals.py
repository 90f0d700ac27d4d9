"""Bad input is told in one sentence, with exit code 2, and leaves nothing behind."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import HOUR_NS, market


def test_a_missing_column_is_named(desk, refused):
    path = desk.folder / "x.parquet"
    desk.market.write_features(path)
    pq.write_table(pq.read_table(path).drop(["drift_sign"]), path)
    assert 'column "drift_sign" of the schema is missing' in refused()


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
def test_a_value_that_is_no_number_is_named(desk, refused, value):
    desk.market.features["noise"][700] = value
    said = refused()
    assert 'column "noise" is' in said
    assert "2023-12-14T" in said


def test_a_wrong_schema_hash(desk, refused):
    desk.market.write_features(desk.folder / "x.parquet", schema_hash="0" * 64)
    assert "the schema hash is 000000000000…, but its schema hashes to" in refused()


def test_a_schema_beside_the_file_that_differs(desk, refused):
    text = desk.market.schema.replace("momentum_1(period=1)", "momentum_1(period=2)")
    (desk.folder / "x.parquet.schema").write_text(text)
    assert "momentum_1(period=1)" in refused()


def test_another_schema_than_expected(desk, refused):
    path = desk.folder / "other.schema"
    path.write_text(desk.market.schema + "late\tcandles\tlate(period=1).value of close\n")
    assert 'the schema lacks "late candles' in refused("--schema", str(path))


def test_too_few_rows(desk, refused):
    desk.market = market(300)
    assert "294 rows with labels are too few, 500 are needed" in refused()


def test_a_constant_label(desk, refused):
    desk.market.bars["close"] = np.linspace(100.0, 200.0, 1500)
    desk.market.bars["high"] = desk.market.bars["close"] * 1.01
    desk.market.bars["low"] = desk.market.bars["close"] * 0.99
    assert "the label is 1 in every row" in refused()


def test_times_out_of_order(desk, refused):
    desk.market.times[[400, 401]] = desk.market.times[[401, 400]]
    assert "times do not rise at row 402" in refused()


def test_bars_of_another_time(desk, refused):
    desk.market.write_features(desk.folder / "x.parquet")
    desk.market.times = desk.market.times + HOUR_NS // 2
    assert "bars.csv has no bar there" in refused()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("time,open,high,low,close", 'column "volume" is missing'),
        ("time,open,high,low,close,volume\nnoon,1,1,1,1,1", "line 2 cannot be read"),
        ("time,open,high,low,close,volume\n1700000000,1,1,0,1,1", "line 2 has 0.0 as its low"),
        ("time,open,high,low,close,volume\n1700000000,1", "line 2 cannot be read"),
        ("", 'column "time" is missing'),
    ],
)
def test_bars_that_cannot_be_read(desk, refused, line, said):
    (desk.folder / "bars.csv").write_text(line)
    assert said in refused()


def test_a_feature_absent_after_the_warm_up(desk, refused):
    values = desk.market.features["noise"]
    desk.market.features["noise"] = pa.array(values, mask=np.isin(np.arange(1500), [0, 1, 900]))
    assert 'column "noise" is missing at row 901' in refused()
    kept = refused("--missing", "keep", family="mlp")
    assert "mlp cannot be trained on missing values" in kept


def test_an_empty_column(desk, refused):
    desk.market.features["noise"] = pa.nulls(1500, pa.float64())
    assert 'column "noise" is empty in every row' in refused()


def test_text_where_numbers_belong(desk, refused):
    desk.market.features["noise"] = pa.array(["much"] * 1500)
    assert 'column "noise" holds string, not numbers' in refused()


def test_files_that_are_none(desk, refused):
    (desk.folder / "x.parquet").write_text("time,drift\n")
    assert "x.parquet as Parquet" in refused()


def test_no_bars(refused):
    assert "is made of bars: name them with --bars" in refused(with_bars=False)


def test_questions_that_make_no_sense(refused):
    assert 'lightgbm has no parameter "depth"' in refused("--param", "depth=3")
    assert "a triple barrier has classes" in refused(
        "--label", "triple_barrier", "--target", "regression"
    )
    assert "is no id" in refused("--id", "My Model")


def test_arguments_are_checked_before_anything_is_loaded(desk, capsys):
    for words in (["--folds", "0"], ["--param", "trees"], ["--first-share", "2"]):
        with pytest.raises(SystemExit) as stopped:
            desk.train(*words)
        assert stopped.value.code == 2
    capsys.readouterr()


def test_a_folder_that_exists_is_left_alone(desk, capsys):
    desk.output.mkdir()
    kept = desk.output / "notes.txt"
    kept.write_text("mine")
    assert desk.train() == 2
    assert desk.train("--replace") == 2
    assert kept.read_text() == "mine"
    assert "is no model's folder" in capsys.readouterr().err


def test_a_place_that_cannot_be_written(desk, capsys):
    (desk.folder / "file").write_text("")
    assert desk.train("--output", str(desk.folder / "file" / "model")) == 2
    assert "cannot write" in capsys.readouterr().err
