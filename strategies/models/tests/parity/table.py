"""Rows and answers as a CSV file, which `tests/models/answers.rs` reads."""

from pathlib import Path

import numpy as np


def write(path: Path, x: np.ndarray, groups) -> None:
    """Writes features, an empty cell for a missing one, then each group (name, values)."""
    header = [f"f{i}" for i in range(x.shape[1])]
    for name, values in groups:
        header += [f"{name}:{i}" for i in range(values.shape[1])]
    with path.open("w") as out:
        print(",".join(header), file=out)
        for row in range(len(x)):
            cells = [repr(float(v)) if v == v else "" for v in x[row]]
            for _, values in groups:
                cells += [repr(float(np.float32(v))) for v in values[row]]
            print(",".join(cells), file=out)
