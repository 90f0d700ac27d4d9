"""What can be asked of ``gannet-train``."""

import argparse
from collections.abc import Callable
from pathlib import Path

from gannet_train import __version__

# Named here as well, so that --help does not wait for the libraries of all six.
FAMILIES = ("lightgbm", "xgboost", "random_forest", "mlp", "neural_ode", "hybrid_meta")

# Losses of fewer trades vary too much for a standard error to be worth its name.
MINIMUM_INDEPENDENT = 20

# One candidate in forty that is no better gets through by luck.
CONFIDENCE = 0.975

# Below a hundred closed trades the error of a win rate alone is five percentage points.
MINIMUM_TRADES = 100


def training_parser() -> argparse.ArgumentParser:
    """Return the parser of a training run."""
    parser = argparse.ArgumentParser(
        prog="gannet-train",
        description="Trains a model on features and bars, and exports it for Gannet.",
        epilog="`gannet-train analyze` describes samples of closed trades, `gannet-train compare` "
        "compares two models on them; each has a --help.",
    )
    add = parser.add_argument
    add("--version", action="version", version=f"gannet-train {__version__}")
    add("--family", required=True, choices=FAMILIES)
    add(
        "--data",
        required=True,
        type=Path,
        action="append",
        metavar="FEATURES.parquet",
        help="from `gannet features --output`; may be repeated, an instrument each",
    )
    add(
        "--bars",
        type=Path,
        action="append",
        metavar="BARS.csv",
        help="the bars these features were computed from, in the same order",
    )
    add("--output", required=True, type=Path, metavar="DIR", help="the model's folder, made new")
    add("--replace", action="store_true", help="replace a model that is there")
    add("--id", default="", help="the model's id (made from family, set, label, data and seed)")
    add("--set", default="unnamed", help="name of the feature set, for the manifest")
    add("--schema", type=Path, help="refuse features that differ from this .schema file")
    add("--seed", type=_whole(0), default=1)
    add(
        "--progress",
        choices=("bar", "lines", "none"),
        default="bar",
        help="how it is shown on stderr; a bar only if that is a terminal",
    )
    add("--quiet", action="store_true", help="as --progress none")
    _add_label(parser.add_argument_group("label"))
    _add_method(parser.add_argument_group("method"))
    return parser


def _add_label(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    kinds = ("forward_return", "triple_barrier", "outcome")
    add("--label", choices=kinds, default="forward_return")
    add("--target", choices=("binary", "three_class", "regression"), default="binary")
    add("--horizon", type=_whole(1), default=6, metavar="BARS", help="default 6")
    add(
        "--threshold",
        type=_number(0.0),
        default=0.0,
        metavar="PERCENT",
        help="forward return that counts as up or down, default 0",
    )
    add(
        "--barrier",
        type=_number(0.01),
        default=2.0,
        metavar="N",
        help="barriers at N standard deviations of a bar's return, default 2",
    )


def _add_method(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--folds", type=_whole(1), default=5, help="steps of the walk forward, default 5")
    add(
        "--first-share",
        type=_number(0.1, 0.9),
        default=0.4,
        help="share of the time before the first test, default 0.4",
    )
    add(
        "--hold-out",
        type=_number(0.0, 0.9),
        default=0.0,
        metavar="SHARE",
        help="leave the last rows out, to compare models on; default 0",
    )
    add("--embargo", type=_whole(0), default=6, metavar="BARS", help="gap after purging, default 6")
    add("--calibration", choices=("platt", "isotonic", "none"), default="platt")
    add("--class-weights", choices=("balanced", "none"), default="balanced")
    add("--missing", choices=("refuse", "drop", "keep"), default="refuse", help="after warm-up")
    add(
        "--cost",
        type=_number(0.0),
        default=5.0,
        metavar="BP",
        help="basis points of what is turned over, for the report's equity, default 5",
    )
    add(
        "--trust",
        action="append",
        default=[],
        metavar="FEATURE",
        help="do not ask whether this feature tells the future; may be repeated",
    )
    add("--param", action="append", type=_parameter, default=[], metavar="NAME=VALUE")


def _whole(least: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        value = int(text)
        if value < least:
            raise argparse.ArgumentTypeError(f"{value} is below {least}")
        return value

    return read


def _number(least: float, most: float = 1e9) -> Callable[[str], float]:
    def read(text: str) -> float:
        value = float(text)
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{value} is not between {least:g} and {most:g}")
        return value

    return read


def _parameter(text: str) -> tuple[str, float | int]:
    name, is_pair, value = text.partition("=")
    try:
        return name, int(value) if value.isdigit() else float(value)
    except ValueError:
        what = f"{value!r} is no number" if is_pair else "write NAME=VALUE"
        raise argparse.ArgumentTypeError(what) from None


def analysis_parser() -> argparse.ArgumentParser:
    """Return the parser of ``gannet-train analyze``."""
    parser = argparse.ArgumentParser(
        prog="gannet-train analyze",
        description="Describes samples of closed trades, and refuses too few of them.",
    )
    parser.add_argument("samples", type=Path, metavar="SAMPLES.parquet")
    parser.add_argument("--minimum", type=_whole(1), default=MINIMUM_TRADES, metavar="TRADES")
    parser.add_argument("--json", action="store_true", help="as one JSON object")
    return parser


def comparison_parser() -> argparse.ArgumentParser:
    """Return the parser of ``gannet-train compare``."""
    parser = argparse.ArgumentParser(
        prog="gannet-train compare",
        description="Compares a candidate with a champion, or with a constant guess, on closed "
        "trades that neither was trained on.",
    )
    add = parser.add_argument
    add("--candidate", required=True, type=Path, metavar="DIR", help="a model's folder")
    add("--champion", type=Path, metavar="DIR", help="another; a constant guess if left out")
    add("--data", required=True, type=Path, metavar="SAMPLES.parquet", help="from `gannet samples`")
    add(
        "--confidence",
        type=_number(0.5, 0.9999),
        default=CONFIDENCE,
        help=f"of the one-sided test that it is better, default {CONFIDENCE}",
    )
    add(
        "--minimum",
        type=_whole(2),
        default=MINIMUM_INDEPENDENT,
        metavar="TRADES",
        help=f"so many independent trades are needed, default {MINIMUM_INDEPENDENT}",
    )
    add("--json", action="store_true", help="as one JSON object")
    return parser
