"""The manifest beside a model: what the engine must know before it trusts the file."""

import platform
from dataclasses import dataclass
from importlib.metadata import version

import blake3
import numpy as np
import tomli_w

from gannet_train import __version__, export, vectors
from gannet_train.dataset import Dataset
from gannet_train.model import Recipe
from gannet_train.times import SECOND_NS, rfc3339
from gannet_train.vectors import Vectors

FORMAT = 1

# Distributions that every run depends on, whatever its family.
TOOLS = ("numpy", "onnx", "onnxruntime", "scikit-learn")


@dataclass(frozen=True)
class Identity:
    """What the model is called, and the set its features come from."""

    id: str
    feature_set: str


@dataclass(frozen=True)
class Artefact:
    """The ONNX file and the rows it is checked by."""

    file: bytes
    vectors: Vectors


def to_toml(
    identity: Identity, recipe: Recipe, data: Dataset, metrics: dict[str, float], made: Artefact
) -> str:
    """Return the manifest's text; no time of day is in it, so equal runs write equal files."""
    task, rule = recipe.task, data.rule
    tools = sorted({*TOOLS, *recipe.family.tools})
    output: dict[str, object] = {
        "name": export.output_name(task),
        "kind": "value" if task.is_regression else "probabilities",
        "calibration": "none" if task.is_regression else recipe.calibration,
    }
    if task.classes:
        output["classes"] = list(task.classes)
    bars = {"bars_blake3": data.bars_hash} if data.bars_hash else {}
    content = {
        "format": FORMAT,
        "id": identity.id,
        "family": recipe.family.name,
        "onnx_blake3": blake3.blake3(made.file).hexdigest(),
        "seed": recipe.seed,
        "features": {
            "set": identity.feature_set,
            "schema_hash": data.schema_hash,
            "schema": data.schema,
            "count": len(data.names),
        },
        "input": {"name": "x", "missing": "nan" if recipe.family.takes_missing else "refuse"},
        "output": output,
        "label": {
            "kind": rule.kind,
            "definition": rule.definition,
            "horizon_bars": rule.horizon,
            "parameters": rule.parameters | bars,
        },
        "training": {
            "rows": len(data.rows),
            "from": rfc3339(data.times[0]),
            "until": rfc3339(data.times[-1]),
            # Rounded up: a row from then on shares nothing with the training.
            "labels_until": rfc3339(data.labels_end + SECOND_NS - 1),
            "data_blake3": data.data_hash,
            "tools": {"python": platform.python_version(), "gannet-train": __version__}
            | {tool: version(tool) for tool in tools},
        },
        "metrics": {name: float(np.float64(value)) for name, value in metrics.items()},
    }
    return tomli_w.dumps(content, multiline_strings=True) + "\n" + vectors.to_toml(made.vectors)
