//! Files that no tool would write: what they claim is refused in a sentence, before it is believed.

use gannet_models::{Evaluator, LoadError, Model};

use crate::written::{Message, floats, int, integers, ints, model, node, numbers, texts};

/// Loads a model of three features and asserts what the refusal says.
#[track_caller]
fn check(nodes: &[Message], constants: &[Message], told: &str) {
    let bytes = model(3, nodes, constants);
    match Evaluator::from_bytes(&bytes) {
        Ok(_) => panic!("it is compiled"),
        Err(error) => assert!(error.to_string().contains(told), "{error}"),
    }
}

/// A tree ensemble of one branch at node 0 and two leaves, with some columns replaced.
fn tree(replaced: &[Message]) -> Message {
    let columns = [
        ints("nodes_treeids", &[0, 0, 0]),
        ints("nodes_nodeids", &[0, 1, 2]),
        ints("nodes_featureids", &[1, 0, 0]),
        texts("nodes_modes", &["BRANCH_LEQ", "LEAF", "LEAF"]),
        floats("nodes_values", &[0.5, 0.0, 0.0]),
        ints("nodes_truenodeids", &[1, 0, 0]),
        ints("nodes_falsenodeids", &[2, 0, 0]),
        ints("target_treeids", &[0, 0]),
        ints("target_nodeids", &[1, 2]),
        ints("target_ids", &[0, 0]),
        floats("target_weights", &[1.0, 2.0]),
    ];
    // The last of two parameters of one name counts.
    let columns = [&columns, replaced].concat();
    node("ai.onnx.ml TreeEnsembleRegressor", &["x"], &["y"], &columns)
}

#[test]
fn what_is_written_here_is_a_model() {
    let mut evaluator = Evaluator::from_bytes(&model(3, &[tree(&[])], &[])).expect("compiled");
    assert_eq!(evaluator.predict(&[0.0, 0.5, 0.0]), Ok(&[1.0][..]));
    assert_eq!(evaluator.predict(&[0.0, 0.6, 0.0]), Ok(&[2.0][..]));
}

#[test]
fn graphs_with_a_cycle_are_refused() {
    let around = [node("Relu", &["b"], &["a"], &[]), node("Relu", &["a"], &["b"], &[])];
    let nodes = [&around[..], &[node("Relu", &["x"], &["y"], &[])]].concat();
    check(&nodes, &[], "Relu reads \"b\", which nothing before it computes");
    check(&[node("Add", &["x", "y"], &["y"], &[])], &[], "Add reads \"y\", which nothing");
    check(&[node("Relu", &["x"], &["x"], &[])], &[], "\"x\" is computed twice");
    check(&[node("Relu", &["x"], &["z"], &[])], &[], "the caller reads \"y\", which nothing");
}

#[test]
fn trees_with_a_cycle_are_refused() {
    let told = "is reached twice: a cycle, or two trees grown together";
    check(&[tree(&[ints("nodes_falsenodeids", &[0, 0, 0])])], &[], told);
    check(&[tree(&[ints("nodes_falsenodeids", &[1, 0, 0])])], &[], told);
    check(&[tree(&[ints("nodes_falsenodeids", &[7, 0, 0])])], &[], "leads to node 7, which is not");
}

#[test]
fn unknown_operators_are_named() {
    check(
        &[node("Einsum", &["x"], &["y"], &[])],
        &[],
        "the operator ai.onnx Einsum is not compiled",
    );
    let foreign = model(3, &[node("com.example Oracle", &["x"], &["y"], &[])], &[]);
    let error = Model::from_bytes(&foreign).err().expect("no engine knows it");
    assert!(matches!(error, LoadError::NoEngine { .. }), "{error}");
    assert!(error.to_string().contains("the operator com.example Oracle is not"), "{error}");
}

#[test]
fn trees_that_claim_billions_are_refused() {
    let many = 1 << 40;
    check(&[tree(&[int("n_targets", many)])], &[], "trees that vote for 1099511627776 targets");
    check(&[tree(&[int("n_targets", -1)])], &[], "a negative number of targets");
    check(
        &[tree(&[ints("nodes_featureids", &[many, 0, 0])])],
        &[],
        "looks at feature 1099511627776",
    );
    check(&[tree(&[ints("nodes_featureids", &[3, 0, 0])])], &[], "looks at feature 3 of 3");
    check(&[tree(&[ints("target_ids", &[0, many])])], &[], "votes for target 1099511627776 of 1");
    check(&[tree(&[ints("nodes_treeids", &[0; 9])])], &[], "has 9 nodes_treeids, but its other");
    let sum = (0..300).map(|at| {
        let before = if at == 0 { "x".into() } else { format!("t{}", at - 1) };
        let after = if at == 299 { "y".into() } else { format!("t{at}") };
        node(
            "ai.onnx.ml TreeEnsembleRegressor",
            &[&before],
            &[&after],
            &[
                ints("nodes_treeids", &[0]),
                ints("nodes_nodeids", &[0]),
                ints("nodes_featureids", &[0]),
                texts("nodes_modes", &["LEAF"]),
                floats("nodes_values", &[0.0]),
                ints("nodes_truenodeids", &[0]),
                ints("nodes_falsenodeids", &[0]),
            ],
        )
    });
    check(&sum.collect::<Vec<_>>(), &[], "more tree ensembles than are compiled");
}

#[test]
fn tensors_that_claim_billions_are_refused() {
    let add = [node("Add", &["x", "c"], &["y"], &[])];
    let many = 1 << 40;
    check(&add, &[numbers("c", &[many], &[])], "tensor \"c\" is impossibly large");
    check(&add, &[numbers("c", &[0, many, many], &[])], "tensor \"c\" is impossibly large");
    check(&add, &[numbers("c", &[1 << 20], &[])], "has 0 values where its shape says 1048576");
    check(&add, &[numbers("c", &[-3], &[])], "has an axis of negative length");
    check(&add, &[numbers("c", &[1; 40], &[1.0])], "has 40 axes");
    check(&add, &[numbers("c", &[0], &[])], "do not fit");
    for width in [many, i64::MAX, 0, 1 << 17] {
        let bytes = model(width, &[node("Relu", &["x"], &["y"], &[])], &[]);
        let error = Evaluator::from_bytes(&bytes).expect_err("no row").to_string();
        assert!(error.contains("the input \"x\" has"), "{error}");
    }
}

#[test]
fn shapes_that_claim_billions_are_refused() {
    let by = |operator: &str| [node(operator, &["x", "c"], &["y"], &[])];
    let list =
        |values: &[i64]| [integers("c", &[i64::try_from(values.len()).expect("few")], values)];
    check(&by("Expand"), &list(&[1 << 40, 1]), "an impossibly large value");
    check(&by("Expand"), &list(&[1 << 32, 1 << 32, 1 << 32, 3]), "an impossibly large value");
    check(&by("Reshape"), &list(&[1 << 40, 1 << 40]), "an impossibly large value");
    check(&by("Reshape"), &list(&[0, 1 << 40, -1]), "an impossibly large value");
    check(&by("Reshape"), &list(&[-2, 3]), "a shape with a negative length");
    check(&by("Reshape"), &list(&[1; 1000]), "a shape of 1000 axes");
    check(&by("Unsqueeze"), &list(&[0; 1000]), "a shape of 1000 axes");
    let split = [node("Split", &["x", "c"], &["y", "z"], &[int("axis", 1)])];
    check(&split, &list(&[1, i64::MAX]), "a split whose parts do not fit");
    check(&by("Gather"), &[numbers("c", &[2], &[0.0, 1.0])], "indices that are no integers");
}

/// A step beyond the end takes the first number; the arithmetic of its indices does not overflow.
#[test]
fn a_slice_by_a_huge_step_takes_one_number() {
    let at = |name, value| integers(name, &[1], &[value]);
    for (start, end, step) in [(1, i64::MAX, i64::MAX), (1, i64::MIN, i64::MIN)] {
        let constants = [at("s", start), at("e", end), at("a", 1), at("p", step)];
        let nodes = [node("Slice", &["x", "s", "e", "a", "p"], &["y"], &[])];
        let mut evaluator = Evaluator::from_bytes(&model(3, &nodes, &constants)).expect("compiled");
        assert_eq!(evaluator.predict(&[5.0, 6.0, 7.0]), Ok(&[6.0][..]));
    }
}

/// Constants made of constants take memory that the file does not have: they are counted.
#[test]
fn constants_that_multiply_are_refused() {
    let (shape, one) = (integers("s", &[1], &[1 << 18]), integers("o", &[1], &[1]));
    let names: Vec<String> = (0..20).map(|at| format!("c{at}")).collect();
    let mut nodes: Vec<Message> =
        names.iter().map(|name| node("Expand", &["o", "s"], &[name], &[])).collect();
    nodes.push(node("Relu", &["x"], &["y"], &[]));
    check(&nodes, &[shape, one], "more constants made of constants");
}

/// A lone number has no axis to be normalised along.
#[test]
fn a_norm_of_a_lone_number_is_refused() {
    let nodes = [node("ai.onnx.ml Normalizer", &["c"], &["y"], &[])];
    check(&nodes, &[numbers("c", &[], &[1.0])], "an axis of a lone number");
}

#[test]
fn groups_within_groups_end() {
    // The start of a group, a million times: a decoder that follows them runs out of stack.
    let nested = vec![0x0b; 1 << 20];
    let error = Evaluator::from_bytes(&nested).expect_err("no model");
    assert!(matches!(error, LoadError::Onnx(_)), "{error}");
}
