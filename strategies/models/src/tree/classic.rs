//! `TreeEnsembleClassifier` and `TreeEnsembleRegressor`, versions 1 to 3.

use std::collections::{BTreeMap, BTreeSet};

use super::Labelled;
use super::ensemble::{Ensemble, Leaf, Mode, Operand};
use super::grow::{RawBranch, RawNode, grow};
use super::scores::{Aggregate, Finish, Role};
use super::transform::Transform;
use crate::compile::CompileError;
use crate::label::Label;
use crate::onnx::{Attributes, Node};

/// Reads a classifier.
///
/// # Errors
/// If its attributes contradict each other.
pub(crate) fn classifier(node: &Node) -> Result<Labelled, CompileError> {
    let attributes = &node.attributes;
    let texts = attributes.texts("classlabels_strings");
    let labels: Vec<Label> = if texts.is_empty() {
        attributes.ints("classlabels_int64s").iter().map(|&label| Label::Int(label)).collect()
    } else {
        texts.iter().cloned().map(Label::Text).collect()
    };
    if labels.is_empty() {
        return Err(CompileError::malformed("a classifier has no class labels"));
    }
    let weights = Weights::read(attributes, "class")?;
    let classes: BTreeSet<i64> = weights.targets.iter().copied().collect();
    let role = Role::Classifier {
        one_sided: labels.len() == 2 && classes.len() == 1,
        all_positive: weights.values.iter().all(|weight| *weight >= 0.0),
    };
    let ensemble = ensemble(attributes, weights, labels.len(), role, Aggregate::Sum)?;
    Ok(Labelled { ensemble, labels })
}

/// Reads a regressor.
///
/// # Errors
/// If its attributes contradict each other.
pub(crate) fn regressor(node: &Node) -> Result<Ensemble, CompileError> {
    let attributes = &node.attributes;
    let targets = usize::try_from(attributes.int("n_targets", 1))
        .map_err(|_| CompileError::malformed("a regressor has a negative number of targets"))?;
    let aggregate = match attributes.text("aggregate_function", "SUM") {
        "SUM" => Aggregate::Sum,
        "AVERAGE" => Aggregate::Average,
        "MIN" => Aggregate::Min,
        "MAX" => Aggregate::Max,
        other => {
            return Err(CompileError::malformed(format!("no aggregate is called \"{other}\"")));
        }
    };
    let weights = Weights::read(attributes, "target")?;
    ensemble(attributes, weights, targets, Role::Regressor, aggregate)
}

/// What the leaves say: four columns of the file.
struct Weights {
    trees: Vec<i64>,
    nodes: Vec<i64>,
    targets: Vec<i64>,
    values: Vec<f32>,
}

impl Weights {
    fn read(attributes: &Attributes, prefix: &str) -> Result<Self, CompileError> {
        let ints = |name: &str| attributes.ints(&format!("{prefix}_{name}")).to_vec();
        let values = numbers(attributes, &format!("{prefix}_weights"))?;
        #[expect(clippy::cast_possible_truncation, reason = "weights are summed as floats")]
        let values = values.into_iter().map(|value| value as f32).collect();
        let weights =
            Self { trees: ints("treeids"), nodes: ints("nodeids"), targets: ints("ids"), values };
        let count = weights.trees.len();
        let lengths = [weights.nodes.len(), weights.targets.len(), weights.values.len()];
        if lengths.iter().any(|length| *length != count) {
            return Err(CompileError::malformed(format!(
                "a tree ensemble has {count} {prefix}_treeids, but {lengths:?} node ids, \
                 {prefix} ids and weights"
            )));
        }
        Ok(weights)
    }
}

fn ensemble(
    attributes: &Attributes,
    weights: Weights,
    targets: usize,
    role: Role,
    aggregate: Aggregate,
) -> Result<Ensemble, CompileError> {
    let (mut table, index_of, roots) = nodes(attributes)?;
    for at in 0..weights.trees.len() {
        let key = (weights.trees[at], weights.nodes[at]);
        let target = u32::try_from(weights.targets[at])
            .ok()
            .filter(|target| (*target as usize) < targets)
            .ok_or_else(|| {
                CompileError::malformed(format!(
                    "a leaf votes for target {} of {targets}",
                    weights.targets[at]
                ))
            })?;
        let node = index_of.get(&key).map(|index| &mut table[*index]).ok_or_else(|| {
            CompileError::malformed(format!("tree {} has no node {} to weigh", key.0, key.1))
        })?;
        // The weights of an inner node are never read.
        if let RawNode::Leaf(leaf) = node {
            leaf.weights.push((target, weights.values[at]));
        }
    }
    let base = base_values(attributes, targets, role)?;
    let name = attributes.text("post_transform", "NONE");
    let transform = Transform::named(name)
        .ok_or_else(|| CompileError::malformed(format!("no transform is called \"{name}\"")))?;
    let mut taken = BTreeSet::new();
    let trees =
        roots.iter().map(|root| grow(&table, *root, &mut taken)).collect::<Result<Vec<_>, _>>()?;
    if trees.is_empty() || targets == 0 {
        return Err(CompileError::malformed("a tree ensemble has no trees or no targets"));
    }
    let finish = Finish { aggregate, base, transform, role, tree_count: trees.len() };
    Ok(Ensemble { trees, targets, finish })
}

type Nodes = (Vec<RawNode>, BTreeMap<(i64, i64), usize>, Vec<usize>);

/// The table of nodes, where each (tree, node) is in it, and the roots.
fn nodes(attributes: &Attributes) -> Result<Nodes, CompileError> {
    let ints = |name: &str| attributes.ints(name);
    let (trees, ids) = (ints("nodes_treeids"), ints("nodes_nodeids"));
    let (yes, no) = (ints("nodes_truenodeids"), ints("nodes_falsenodeids"));
    let (features, modes) = (ints("nodes_featureids"), attributes.texts("nodes_modes"));
    let missing = ints("nodes_missing_value_tracks_true");
    let values = numbers(attributes, "nodes_values")?;
    let lengths = [ids.len(), yes.len(), no.len(), features.len(), modes.len(), values.len()];
    if lengths.iter().any(|length| *length != trees.len()) {
        return Err(CompileError::malformed(format!(
            "a tree ensemble has {} nodes_treeids, but its other columns have {lengths:?} values",
            trees.len()
        )));
    }
    let mut index_of = BTreeMap::new();
    let mut roots = Vec::new();
    for (index, key) in trees.iter().copied().zip(ids.iter().copied()).enumerate() {
        if index == 0 || trees[index - 1] != key.0 {
            roots.push(index);
        }
        if index_of.insert(key, index).is_some() {
            return Err(CompileError::malformed(format!(
                "tree {} has node {} twice",
                key.0, key.1
            )));
        }
    }
    let child = |tree: i64, node: i64| {
        index_of.get(&(tree, node)).copied().ok_or_else(|| {
            CompileError::malformed(format!("tree {tree} leads to node {node}, which is not there"))
        })
    };
    let mut table = Vec::with_capacity(trees.len());
    for index in 0..trees.len() {
        table.push(if modes[index] == "LEAF" {
            RawNode::Leaf(Leaf::default())
        } else {
            RawNode::Branch(RawBranch {
                feature: features[index],
                mode: mode(&modes[index])?,
                operand: Operand::Number(values[index]),
                missing_is_true: missing.get(index).is_some_and(|flag| *flag == 1),
                yes: child(trees[index], yes[index])?,
                no: child(trees[index], no[index])?,
            })
        });
    }
    Ok((table, index_of, roots))
}

fn mode(name: &str) -> Result<Mode, CompileError> {
    Ok(match name {
        "BRANCH_LEQ" => Mode::AtMost,
        "BRANCH_LT" => Mode::Below,
        "BRANCH_GTE" => Mode::AtLeast,
        "BRANCH_GT" => Mode::Above,
        "BRANCH_EQ" => Mode::Equal,
        "BRANCH_NEQ" => Mode::NotEqual,
        other => {
            return Err(CompileError::malformed(format!("no node mode is called \"{other}\"")));
        }
    })
}

/// Numbers as a list, or since version 3 as a tensor.
fn numbers(attributes: &Attributes, name: &str) -> Result<Vec<f64>, CompileError> {
    let list = attributes.floats(name);
    match attributes.tensor(&format!("{name}_as_tensor")) {
        Some(tensor) if list.is_empty() => super::float_tensor(tensor, name),
        _ => Ok(list.iter().copied().map(f64::from).collect()),
    }
}

fn base_values(
    attributes: &Attributes,
    targets: usize,
    role: Role,
) -> Result<Vec<f32>, CompileError> {
    let base = numbers(attributes, "base_values")?;
    let binary = matches!(role, Role::Classifier { .. }) && targets <= 2;
    if !base.is_empty() && base.len() != targets && !(binary && base.len() <= 2) {
        return Err(CompileError::malformed(format!(
            "a tree ensemble has {} base values for {targets} targets",
            base.len()
        )));
    }
    #[expect(clippy::cast_possible_truncation, reason = "added as floats")]
    let base = base.into_iter().map(|value| value as f32).collect();
    Ok(base)
}
