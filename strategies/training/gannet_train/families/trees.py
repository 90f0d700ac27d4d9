"""What the three families of trees have in common: export, with the calibration in the leaves."""

from dataclasses import dataclass, replace

import numpy as np

from gannet_train import forest
from gannet_train.calibration import Affine, Calibrator, attach_link
from gannet_train.forest import Tree
from gannet_train.graph import Graph


@dataclass(frozen=True)
class Ensemble:
    """A sum of trees and a base: scores [N, columns]."""

    trees: list[Tree]
    mode: str
    base: np.ndarray

    def attach(self, graph: Graph, x: str, calibrator: Calibrator) -> str:
        """Add the trees and their calibration."""
        if not isinstance(calibrator, Affine):
            return calibrator.attach(
                graph, forest.attach(graph, x, self.trees, self.mode, self.base)
            )
        trees = [replace(tree, value=tree.value * calibrator.scale) for tree in self.trees]
        base = self.base * calibrator.scale + calibrator.shift
        return attach_link(graph, forest.attach(graph, x, trees, self.mode, base), calibrator.link)


def shares(gain: np.ndarray) -> np.ndarray:
    """Return gains as shares of their sum."""
    total = float(gain.sum())
    return gain / total if total > 0.0 else np.zeros(len(gain))
