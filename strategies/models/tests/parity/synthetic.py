"""Graphs written node by node: every mode, transform, aggregate and operator that is compiled."""

import itertools

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FLOAT = TensorProto.FLOAT


def write_all(make) -> None:
    """Writes all graphs for the maker's number of features."""
    trees(make)
    trees_of_version_5(make)
    dense(make)


def model(make, nodes, outputs, initializers=(), opset=18, ml=3) -> onnx.ModelProto:
    """A model with one input `x` and float outputs (name, width)."""
    graph = helper.make_graph(
        nodes, "g",
        [helper.make_tensor_value_info("x", FLOAT, [None, make.features])],
        [helper.make_tensor_value_info(n, kind, [None] + ([w] if w else [])) for n, kind, w in outputs],
        list(initializers),
    )
    opsets = [helper.make_opsetid("", opset), helper.make_opsetid("ai.onnx.ml", ml)]
    return helper.make_model(graph, opset_imports=opsets)


def random_ensemble(make, rng, count, depth, targets, modes, per_leaf, missing):
    """Attributes of `count` perfect trees; every leaf votes for `per_leaf` targets."""
    a = {k: [] for k in (
        "nodes_treeids", "nodes_nodeids", "nodes_featureids", "nodes_modes", "nodes_values",
        "nodes_truenodeids", "nodes_falsenodeids", "nodes_missing_value_tracks_true",
        "treeids", "nodeids", "ids", "weights")}
    inner, total = 2**depth - 1, 2 ** (depth + 1) - 1
    for tree in range(count):
        for node in range(total):
            leaf = node >= inner
            a["nodes_treeids"].append(tree)
            a["nodes_nodeids"].append(node)
            feature = 0 if leaf else int(rng.integers(make.features))
            a["nodes_featureids"].append(feature)
            a["nodes_modes"].append("LEAF" if leaf else modes[int(rng.integers(len(modes)))])
            # Thresholds are values that occur, so that equality is met.
            a["nodes_values"].append(0.0 if leaf else float(make.grid[int(rng.integers(32)), feature]))
            a["nodes_truenodeids"].append(0 if leaf else 2 * node + 1)
            a["nodes_falsenodeids"].append(0 if leaf else 2 * node + 2)
            a["nodes_missing_value_tracks_true"].append(int(missing and rng.random() < 0.5))
            if leaf:
                first = tree % targets
                for t in range(per_leaf):
                    a["treeids"].append(tree)
                    a["nodeids"].append(node)
                    a["ids"].append((first + t) % targets)
                    a["weights"].append(float(np.float32(rng.normal() * 0.3)))
    return a


def ensemble_node(a, kind, **more):
    """A classifier or regressor node from attributes."""
    prefix = "class" if kind == "Classifier" else "target"
    renamed = {k if k.startswith("nodes") else f"{prefix}_{k}": v for k, v in a.items()}
    outputs = ["label", "scores"] if kind == "Classifier" else ["scores"]
    return helper.make_node(
        f"TreeEnsemble{kind}", ["x"], outputs, domain="ai.onnx.ml", **renamed, **more)


def trees(make) -> None:
    """Versions 1 to 3."""
    rng = np.random.default_rng(7)
    every = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ"]
    holes = np.where(np.isnan(make.holes), np.nan, make.grid).astype(np.float32)
    for mode in every + ["ALL"]:
        modes = every if mode == "ALL" else [mode]
        for missing in (False, True):
            a = random_ensemble(make, rng, 6, 3, 1, modes, 1, missing)
            node = ensemble_node(a, "Regressor", n_targets=1)
            name = f"tree_mode_{mode.removeprefix('BRANCH_').lower()}{'_missing' * missing}"
            make.write(name, model(make, [node], [("scores", FLOAT, 1)]), x=holes)
    for aggregate, targets, per_leaf in itertools.product(
            ("SUM", "AVERAGE", "MIN", "MAX"), (1, 3), (1, 2)):
        if per_leaf > targets:
            continue
        a = random_ensemble(make, rng, 7, 2, targets, every, per_leaf, True)
        base = [0.25 * (i + 1) for i in range(targets)]
        node = ensemble_node(a, "Regressor", n_targets=targets, aggregate_function=aggregate, base_values=base)
        make.write(f"tree_{aggregate.lower()}_{targets}x{per_leaf}", model(make, [node], [("scores", FLOAT, targets)]), x=holes)
    for transform, targets in itertools.product(("NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"), (1, 2, 3)):
        a = random_ensemble(make, rng, 4, 2, targets, ["BRANCH_LEQ"], targets, False)
        if transform == "PROBIT":
            # Its argument is a probability.
            a["weights"] = [float(np.float32(0.05 + 0.15 * rng.random())) for _ in a["weights"]]
        node = ensemble_node(a, "Regressor", n_targets=targets, post_transform=transform)
        make.write(f"tree_regressor_{transform.lower()}_{targets}", model(make, [node], [("scores", FLOAT, targets)]))
    classes(make, rng)


def classes(make, rng) -> None:
    """Classifiers: two and more classes, one-sided or not, with and without base values."""
    transforms = ("NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT")
    for transform, targets, one_sided, positive, bases in itertools.product(
            transforms, (2, 3), (False, True), (False, True), (0, 1, 2)):
        if targets == 3 and (one_sided or bases == 1):
            continue
        # Its argument is a probability; onnxruntime leaves a number unset where one class is missing.
        if transform == "PROBIT" and (not positive or one_sided or (targets == 2 and bases == 2)):
            continue
        a = random_ensemble(make, rng, 4, 2, 1 if one_sided else targets, ["BRANCH_LEQ"], 1 if one_sided else targets, False)
        if positive:
            a["weights"] = [float(np.float32(0.05 + 0.15 * rng.random())) for _ in a["weights"]]
        more = {}
        if bases:
            count = targets if bases == 2 else 1
            more["base_values"] = [float(np.float32(0.05 * (i + 1))) for i in range(count)]
        if positive:
            more["classlabels_strings"] = [f"class {i}" for i in range(targets)]
            label = TensorProto.STRING
        else:
            more["classlabels_int64s"] = list(range(10, 10 + targets))
            label = TensorProto.INT64
        node = ensemble_node(a, "Classifier", post_transform=transform, **more)
        name = f"tree_classifier_{transform.lower()}_{targets}{'_onesided' * one_sided}{'_positive' * positive}_base{bases}"
        make.write(name, model(make, [node], [("label", label, None), ("scores", FLOAT, targets)]))
    for only in (0, 1):
        a = random_ensemble(make, rng, 4, 2, 1, ["BRANCH_LEQ"], 1, False)
        a["ids"] = [only for _ in a["ids"]]
        node = ensemble_node(a, "Classifier", post_transform="LOGISTIC", classlabels_int64s=[0, 1], base_values=[0.3, 0.3])
        make.write(f"tree_classifier_only_class_{only}", model(make, [node], [("label", TensorProto.INT64, None), ("scores", FLOAT, 2)]))


def trees_of_version_5(make) -> None:
    """`TreeEnsemble`: leaves apart, membership in sets."""
    rng = np.random.default_rng(8)
    # onnxruntime takes only integers as members of sets.
    whole = np.round(make.grid)
    holes = np.where(np.isnan(make.holes), np.nan, whole).astype(np.float32)
    for aggregate, transform in [(1, 0), (0, 0), (2, 0), (3, 0), (1, 1), (1, 2), (1, 3), (1, 4)]:
        targets = 2 if transform else 1
        columns = {k: [] for k in ("featureids", "truenodeids", "falsenodeids", "trueleafs", "falseleafs", "missing")}
        modes, splits, members, leaf_targets, leaf_weights, roots = [], [], [], [], [], []
        for tree in range(5):
            first, first_leaf = len(modes), len(leaf_targets)
            roots.append(first)
            for node in range(7):
                feature, mode = int(rng.integers(make.features)), (tree + node) % 7
                columns["featureids"].append(feature)
                modes.append(mode)
                values = whole[rng.integers(32, size=3), feature].astype(np.float32)
                splits.append(0.0 if mode == 6 else float(values[0]))
                if mode == 6:
                    members += [float(v) for v in sorted(set(values))] + [float("nan")]
                is_leaf = int(node >= 3)
                for side, offset in (("true", 1), ("false", 2)):
                    child = 2 * node + offset
                    columns[f"{side}nodeids"].append(first_leaf + child - 7 if is_leaf else first + child)
                    columns[f"{side}leafs"].append(is_leaf)
                columns["missing"].append(int(rng.random() < 0.5))
            for leaf in range(8):
                leaf_targets.append(leaf % targets)
                low = 0.05 if transform == 4 else -0.5
                leaf_weights.append(float(low + 0.1 * rng.random()))
        node = helper.make_node(
            "TreeEnsemble", ["x"], ["scores"], domain="ai.onnx.ml", n_targets=targets,
            aggregate_function=aggregate, post_transform=transform, tree_roots=roots,
            nodes_featureids=columns["featureids"], nodes_truenodeids=columns["truenodeids"],
            nodes_falsenodeids=columns["falsenodeids"], nodes_trueleafs=columns["trueleafs"],
            nodes_falseleafs=columns["falseleafs"], nodes_missing_value_tracks_true=columns["missing"],
            nodes_modes=numpy_helper.from_array(np.array(modes, dtype=np.uint8)),
            nodes_splits=numpy_helper.from_array(np.array(splits, dtype=np.float32)),
            membership_values=numpy_helper.from_array(np.array(members, dtype=np.float32)),
            leaf_targetids=leaf_targets,
            leaf_weights=numpy_helper.from_array(np.array(leaf_weights, dtype=np.float32)),
        )
        make.write(f"tree5_{aggregate}_{transform}", model(make, [node], [("scores", FLOAT, targets)], ml=5, opset=21), x=holes)


def constant(name, value):
    return numpy_helper.from_array(np.asarray(value), name)


def dense(make) -> None:
    """Networks: each activation and normalisation, and the unrolled steps of a Neural ODE."""
    rng = np.random.default_rng(9)
    wide = 7
    w1 = constant("w1", (rng.normal(size=(make.features, wide)) * 0.7).astype(np.float32))
    b1 = constant("b1", rng.normal(size=wide).astype(np.float32))
    w2 = constant("w2", rng.normal(size=(2, wide)).astype(np.float32))
    b2 = constant("b2", rng.normal(size=2).astype(np.float32))
    first = helper.make_node("Gemm", ["x", "w1", "b1"], ["h"])
    last = [helper.make_node("Gemm", ["a", "w2", "b2"], ["z"], transB=1), helper.make_node("Softmax", ["z"], ["p"])]
    one = lambda op, **k: [helper.make_node(op, ["h"], ["a"], **k)]
    norm = [constant(n, v) for n, v in (
        ("s", rng.random(wide).astype(np.float32)), ("b", rng.normal(size=wide).astype(np.float32)),
        ("m", rng.normal(size=wide).astype(np.float32)), ("v", (0.5 + rng.random(wide)).astype(np.float32)))]
    layers = {
        **{op.lower(): (one(op), []) for op in (
            "Relu", "LeakyRelu", "ThresholdedRelu", "Elu", "Selu", "Celu", "Sigmoid", "HardSigmoid", "HardSwish",
            "Tanh", "Gelu", "Softplus", "Softsign", "Erf", "Abs", "Neg", "Floor", "Ceil", "Round", "Sign", "Mish",
            "Softmax", "LogSoftmax", "Identity")},
        # Of what is not positive: the softmax of exponentials of a million has few exact digits left.
        "exp": ([
            helper.make_node("Abs", ["h"], ["q"]), helper.make_node("Neg", ["q"], ["r"]),
            helper.make_node("Exp", ["r"], ["a"])], []),
        "gelu_tanh": (one("Gelu", approximate="tanh"), []),
        "batchnorm": ([helper.make_node("BatchNormalization", ["h", "s", "b", "m", "v"], ["a"])], norm),
        "layernorm": ([helper.make_node("LayerNormalization", ["h", "s", "b"], ["a"])], norm[:2]),
        "lpnorm": (one("LpNormalization", p=1, axis=-1), []),
        "prelu": ([helper.make_node("PRelu", ["h", "s"], ["a"])], norm[:1]),
        "clip": ([helper.make_node("Clip", ["h", "lo", "hi"], ["a"])], [constant("lo", np.float32(-0.5)), constant("hi", np.float32(0.75))]),
        "scaler": ([helper.make_node("Scaler", ["h"], ["a"], domain="ai.onnx.ml", offset=[0.1] * wide, scale=[1.5] * wide)], []),
        "normalizer": ([helper.make_node("Normalizer", ["h"], ["a"], domain="ai.onnx.ml", norm="L2")], []),
        "arithmetic": ([
            helper.make_node("Mul", ["h", "h"], ["q"]), helper.make_node("Sub", ["q", "b"], ["r"]),
            helper.make_node("Div", ["r", "v"], ["t"]), helper.make_node("Max", ["t", "h", "m"], ["u"]),
            helper.make_node("Min", ["u", "c"], ["w"]), helper.make_node("Add", ["w", "c"], ["a"])],
            norm[1:] + [constant("c", np.float32(1.5))]),
        "where": ([
            helper.make_node("LessOrEqual", ["h", "m"], ["q"]), helper.make_node("Not", ["q"], ["n"]),
            helper.make_node("Where", ["n", "h", "b"], ["r"]), helper.make_node("Cast", ["q"], ["t"], to=FLOAT),
            helper.make_node("Add", ["r", "t"], ["a"])], norm[1:3]),
        "moves": ([
            helper.make_node("Slice", ["h", "i1", "i4", "ax"], ["q"]), helper.make_node("Gather", ["h", "pick"], ["r"], axis=1),
            helper.make_node("Split", ["h", "parts"], ["t", "u"], axis=1),
            helper.make_node("Concat", ["u", "q", "r"], ["c"], axis=1), helper.make_node("Reshape", ["c", "to"], ["d"]),
            helper.make_node("Transpose", ["d"], ["e"], perm=[0, 2, 1]), helper.make_node("Flatten", ["e"], ["f"]),
            helper.make_node("Slice", ["f", "i0", "i7", "ax"], ["a"])],
            [constant(n, np.array(v, dtype=np.int64)) for n, v in (
                ("i0", [0]), ("i1", [1]), ("i4", [4]), ("i7", [7]), ("ax", [1]), ("pick", [6, 0]), ("parts", [4, 3]), ("to", [-1, 2, 4]))]),
        "reduce": ([
            helper.make_node("ReduceSum", ["h", "ax"], ["q"], keepdims=1), helper.make_node("ReduceMean", ["h", "ax"], ["r"], keepdims=1),
            helper.make_node("ReduceMax", ["h", "ax"], ["t"], keepdims=1), helper.make_node("ReduceL2", ["h", "ax"], ["u"], keepdims=1),
            helper.make_node("Concat", ["q", "r", "t", "u"], ["c"], axis=1), helper.make_node("MatMul", ["c", "k"], ["a"])],
            [constant("ax", np.array([1], dtype=np.int64)), constant("k", rng.normal(size=(4, wide)).astype(np.float32) * 0.3)]),
        "power": ([
            helper.make_node("Pow", ["h", "two"], ["q"]), helper.make_node("Sqrt", ["q"], ["r"]),
            helper.make_node("Add", ["r", "c"], ["t"]), helper.make_node("Log", ["t"], ["u"]),
            helper.make_node("Reciprocal", ["t"], ["w"]), helper.make_node("Sum", ["u", "w", "r"], ["a"])],
            [constant("two", np.float32(2.0)), constant("c", np.float32(0.5))]),
    }
    for name, (nodes, extra) in layers.items():
        opset = 22 if name == "hardswish" else 20
        make.write(f"dense_{name}", model(make, [first, *nodes, *last], [("p", FLOAT, 2)], [w1, b1, w2, b2, *extra], opset=opset))
    neural_ode(make, rng)


def neural_ode(make, rng, wide=8, steps=6) -> None:
    """Runge-Kutta steps of dh/dt = tanh(h A + b), unrolled."""
    parts = [
        constant("w_in", (rng.normal(size=(make.features, wide)) * 0.4).astype(np.float32)),
        constant("a", (rng.normal(size=(wide, wide)) * 0.5).astype(np.float32)),
        constant("b", (rng.normal(size=wide) * 0.2).astype(np.float32)),
        constant("w_out", rng.normal(size=(wide, 1)).astype(np.float32)),
        constant("dt", np.float32(1 / steps)), constant("half", np.float32(0.5 / steps)), constant("sixth", np.float32(1 / 6 / steps)),
        constant("two", np.float32(2.0)), constant("one", np.float32(1.0)),
    ]
    nodes = [helper.make_node("MatMul", ["x", "w_in"], ["h0"])]
    for s in range(steps):
        def slope(value, name):
            nodes.append(helper.make_node("MatMul", [value, "a"], [f"{name}m"]))
            nodes.append(helper.make_node("Add", [f"{name}m", "b"], [f"{name}s"]))
            nodes.append(helper.make_node("Tanh", [f"{name}s"], [name]))
        def ahead(slope_name, by, name):
            nodes.append(helper.make_node("Mul", [slope_name, by], [f"{name}d"]))
            nodes.append(helper.make_node("Add", [f"h{s}", f"{name}d"], [name]))
        slope(f"h{s}", f"k1_{s}")
        ahead(f"k1_{s}", "half", f"y2_{s}")
        slope(f"y2_{s}", f"k2_{s}")
        ahead(f"k2_{s}", "half", f"y3_{s}")
        slope(f"y3_{s}", f"k3_{s}")
        ahead(f"k3_{s}", "dt", f"y4_{s}")
        slope(f"y4_{s}", f"k4_{s}")
        nodes.append(helper.make_node("Mul", [f"k2_{s}", "two"], [f"d2_{s}"]))
        nodes.append(helper.make_node("Mul", [f"k3_{s}", "two"], [f"d3_{s}"]))
        nodes.append(helper.make_node("Sum", [f"k1_{s}", f"d2_{s}", f"d3_{s}", f"k4_{s}"], [f"sum_{s}"]))
        ahead(f"sum_{s}", "sixth", f"h{s + 1}")
    nodes += [
        helper.make_node("MatMul", [f"h{steps}", "w_out"], ["z"]), helper.make_node("Sigmoid", ["z"], ["up"]),
        helper.make_node("Sub", ["one", "up"], ["down"]), helper.make_node("Concat", ["down", "up"], ["p"], axis=1),
    ]
    make.write("neural_ode", model(make, nodes, [("p", FLOAT, 2)], parts))
