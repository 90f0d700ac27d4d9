"""Rows that meet the thresholds of a model's own trees."""

import numpy as np


def on_thresholds(model, x: np.ndarray) -> np.ndarray:
    """Rows in which two of three values are a threshold of that feature, or the float beside one.

    LightGBM takes what is nearer to zero than 1e-35 for zero, which no operator says: it is zero.
    """
    trees = next(node for node in model.graph.node if node.op_type.startswith("TreeEnsemble"))
    attributes = {a.name: a for a in trees.attribute}
    modes = np.array([mode != b"LEAF" for mode in attributes["nodes_modes"].strings])
    features = np.array(attributes["nodes_featureids"].ints)[modes]
    thresholds = np.array(attributes["nodes_values"].floats, dtype=np.float32)[modes]
    rng = np.random.default_rng(2)
    rows = x.copy()
    for feature in np.unique(features):
        chosen = rng.choice(thresholds[features == feature], size=len(rows))
        beside = np.nextafter(chosen, rng.choice(np.float32([-np.inf, np.inf]), size=len(rows)))
        dice = rng.integers(3, size=len(rows))
        rows[:, feature] = np.select([dice == 0, dice == 1], [chosen, beside], rows[:, feature])
    return np.where(np.abs(rows) < 1.001e-35, np.float32(0), rows)
