"""A model as it is deployed: its folder read back, and asked through its ONNX file."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

import blake3
import numpy as np

from gannet_train import export
from gannet_train.family import Task
from gannet_train.features import FeatureFile, refuse_difference
from gannet_train.refusal import Refusal
from gannet_train.times import parse


@dataclass(frozen=True)
class Deployed:
    """What its manifest says, and its graph."""

    folder: Path
    id: str
    file: bytes
    schema: str
    takes_missing: bool
    classes: tuple[str, ...]
    label: str  # kind and definition
    rows_until: int  # ns: the last row of its training, rounded down to a second
    labels_until: int  # ns: rows from then on share nothing with its training; 0 if it is not told

    @property
    def task(self) -> Task:
        """What it predicts."""
        return Task(self.classes)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return probabilities [N, classes], or values [N, 1]."""
        return export.run(self.file, X).astype(np.float64)

    def refuse_other_features(self, data: FeatureFile) -> None:
        """Refuse data whose features are not those that it looks at."""
        refuse_difference(data.schema, self.schema, f"{data.path} against model {self.id}")


def read(folder: Path) -> Deployed:
    """Read a model that ``gannet-train --label outcome`` wrote.

    Raises ``Refusal`` if there is none, its parts do not belong together, or it predicts something
    else than what becomes of our own trades.
    """
    try:
        said = tomllib.loads((folder / "manifest.toml").read_text())
        file = (folder / "model.onnx").read_bytes()
        training, label, output = said["training"], said["label"], said["output"]
        claimed = said["onnx_blake3"]
        model = Deployed(
            folder=folder,
            id=said["id"],
            file=file,
            schema=said["features"]["schema"],
            takes_missing=said["input"]["missing"] == "nan",
            classes=tuple(output.get("classes", ())),
            label=f"{label['kind']}: {label['definition']}",
            rows_until=parse(training["until"]),
            labels_until=parse(training["labels_until"]) if "labels_until" in training else 0,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refusal(f"cannot read the model in {folder}: {error}") from error
    if blake3.blake3(file).hexdigest() != claimed:
        raise Refusal(f"{folder}: the manifest belongs to another ONNX file")
    if label["kind"] != "outcome":
        raise Refusal(
            f"model {model.id} predicts a {label['kind']}, not the outcome of trades: "
            "there is nothing to compare"
        )
    return model
