"""Trees of any library as one ``TreeEnsembleRegressor``.

The operator compares float32 numbers. A library that stores a threshold as a double compares
``float(x) <= threshold``; rounding the threshold down to the next float32 decides every float32 x
the same way.
"""

from dataclasses import dataclass

import numpy as np

from gannet_train.graph import ML, Graph

LEAF = "LEAF"
LESS = "BRANCH_LT"
LESS_OR_EQUAL = "BRANCH_LEQ"


@dataclass(frozen=True)
class Tree:
    """One tree, node 0 being its root; a leaf has a left child of -1."""

    feature: np.ndarray  # int [nodes]
    threshold: np.ndarray  # float32 [nodes]
    left: np.ndarray  # int [nodes]: where the comparison is true
    right: np.ndarray  # int [nodes]
    missing_left: np.ndarray  # bool [nodes]
    value: np.ndarray  # float64 [nodes, columns]: what a leaf adds


def round_down(threshold: np.ndarray) -> np.ndarray:
    """Return the largest float32 numbers that do not exceed doubles."""
    wide = np.asarray(threshold, dtype=np.float64)
    narrow = wide.astype(np.float32)
    return np.where(narrow > wide, np.nextafter(narrow, np.float32(-np.inf)), narrow)


def attach(graph: Graph, x: str, trees: list[Tree], mode: str, base: np.ndarray) -> str:
    """Add the sum of trees and a base [columns]; returns the name of float32 [N, columns]."""
    columns = len(base)
    sizes = [len(tree.left) for tree in trees]
    is_leaf = np.concatenate([tree.left < 0 for tree in trees])
    tree_of = np.repeat(np.arange(len(trees)), sizes)
    node_of = np.concatenate([np.arange(size) for size in sizes])
    leaves = np.concatenate([tree.value for tree in trees])[is_leaf]

    def branches(parts: list[np.ndarray], leaf: float) -> np.ndarray:
        return np.where(is_leaf, leaf, np.concatenate(parts))

    return graph.add(
        "TreeEnsembleRegressor",
        x,
        domain=ML,
        n_targets=columns,
        aggregate_function="SUM",
        post_transform="NONE",
        base_values=_floats(base),
        nodes_treeids=_whole(tree_of),
        nodes_nodeids=_whole(node_of),
        nodes_modes=[LEAF if leaf else mode for leaf in is_leaf],
        nodes_featureids=_whole(branches([tree.feature for tree in trees], 0)),
        nodes_values=_floats(branches([tree.threshold for tree in trees], 0.0)),
        nodes_truenodeids=_whole(branches([tree.left for tree in trees], 0)),
        nodes_falsenodeids=_whole(branches([tree.right for tree in trees], 0)),
        nodes_missing_value_tracks_true=_whole(branches([t.missing_left for t in trees], 0)),
        target_treeids=_whole(np.repeat(tree_of[is_leaf], columns)),
        target_nodeids=_whole(np.repeat(node_of[is_leaf], columns)),
        target_ids=_whole(np.tile(np.arange(columns), len(leaves))),
        target_weights=_floats(leaves.ravel()),
    )


def single_column(value: np.ndarray, column: int, columns: int) -> np.ndarray:
    """Return values [nodes] of a tree that adds to one column only, as [nodes, columns]."""
    wide = np.zeros((len(value), columns))
    wide[:, column] = value
    return wide


def _floats(values: np.ndarray) -> list[float]:
    return [float(value) for value in np.asarray(values, dtype=np.float32)]


def _whole(values: np.ndarray) -> list[int]:
    return [int(value) for value in values]
