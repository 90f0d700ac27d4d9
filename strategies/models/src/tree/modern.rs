//! `TreeEnsemble`, version 5: leaves apart from nodes, and membership in sets.

use std::collections::BTreeSet;

use super::ensemble::{Ensemble, Leaf, Mode, Operand};
use super::grow::{RawBranch, RawNode, grow};
use super::scores::{Aggregate, Finish, Role};
use super::transform::Transform;
use crate::compile::CompileError;
use crate::onnx::{Attributes, Node};

/// Reads the operator.
///
/// # Errors
/// If its attributes contradict each other.
pub(crate) fn ensemble(node: &Node) -> Result<Ensemble, CompileError> {
    let attributes = &node.attributes;
    let targets = usize::try_from(attributes.int("n_targets", 1))
        .ok()
        .filter(|targets| *targets > 0)
        .ok_or_else(|| CompileError::malformed("a tree ensemble has no targets"))?;
    let aggregate = match attributes.int("aggregate_function", 1) {
        0 => Aggregate::Average,
        1 => Aggregate::Sum,
        2 => Aggregate::Min,
        3 => Aggregate::Max,
        other => return Err(CompileError::malformed(format!("no aggregate has number {other}"))),
    };
    let number = attributes.int("post_transform", 0);
    let transform = Transform::numbered(number)
        .ok_or_else(|| CompileError::malformed(format!("no transform has number {number}")))?;
    let (table, roots) = nodes(attributes, targets)?;
    let mut taken = BTreeSet::new();
    let trees =
        roots.iter().map(|root| grow(&table, *root, &mut taken)).collect::<Result<Vec<_>, _>>()?;
    if trees.is_empty() {
        return Err(CompileError::malformed("a tree ensemble has no trees"));
    }
    let finish = Finish {
        aggregate,
        base: Vec::new(),
        transform,
        role: Role::Regressor,
        tree_count: trees.len(),
    };
    Ok(Ensemble { trees, targets, finish })
}

/// One table: the branches, then the leaves; and where the trees begin in it.
fn nodes(
    attributes: &Attributes,
    targets: usize,
) -> Result<(Vec<RawNode>, Vec<usize>), CompileError> {
    let ints = |name: &str| attributes.ints(name);
    let (yes, no) = (ints("nodes_truenodeids"), ints("nodes_falsenodeids"));
    let (yes_leaf, no_leaf) = (ints("nodes_trueleafs"), ints("nodes_falseleafs"));
    let features = ints("nodes_featureids");
    let missing = ints("nodes_missing_value_tracks_true");
    let modes = attributes.tensor("nodes_modes").and_then(|modes| modes.integers()).unwrap_or(&[]);
    let splits = match attributes.tensor("nodes_splits") {
        Some(tensor) => super::float_tensor(tensor, "nodes_splits")?,
        None => Vec::new(),
    };
    let count = features.len();
    let lengths = [yes.len(), no.len(), yes_leaf.len(), no_leaf.len(), modes.len(), splits.len()];
    if lengths.iter().any(|length| *length != count) {
        return Err(CompileError::malformed(format!(
            "a tree ensemble has {count} nodes_featureids, but its other columns have \
             {lengths:?} values"
        )));
    }
    let leaves = leaves(attributes, targets)?;
    let child = |id: i64, is_leaf: i64| {
        let id = usize::try_from(id).ok();
        let (first, length) = if is_leaf == 0 { (0, count) } else { (count, leaves.len()) };
        id.filter(|id| *id < length).map(|id| first + id).ok_or_else(|| {
            CompileError::malformed("a tree leads to a node or leaf that is not there")
        })
    };
    let mut sets = Sets::read(attributes)?;
    let mut table = Vec::with_capacity(count + leaves.len());
    for index in 0..count {
        let mode = mode(modes[index])?;
        table.push(RawNode::Branch(RawBranch {
            feature: features[index],
            mode,
            operand: match mode {
                Mode::Member => Operand::Set(sets.next_set()),
                _ => Operand::Number(splits[index]),
            },
            missing_is_true: missing.get(index).is_some_and(|flag| *flag == 1),
            yes: child(yes[index], yes_leaf[index])?,
            no: child(no[index], no_leaf[index])?,
        }));
    }
    let roots = roots(attributes, &table)?;
    table.extend(leaves.into_iter().map(RawNode::Leaf));
    Ok((table, roots))
}

/// Where the trees begin. A tree that is one leaf is a branch whose sides are the same leaf.
fn roots(attributes: &Attributes, branches: &[RawNode]) -> Result<Vec<usize>, CompileError> {
    let begin = |root: &i64| {
        let index = usize::try_from(*root).ok().filter(|index| *index < branches.len());
        let index = index.ok_or_else(|| {
            CompileError::malformed(format!("a tree begins at node {root}, which is not there"))
        })?;
        Ok(match &branches[index] {
            RawNode::Branch(branch) if branch.yes == branch.no && branch.yes >= branches.len() => {
                branch.yes
            }
            RawNode::Branch(_) | RawNode::Leaf(_) => index,
        })
    };
    attributes.ints("tree_roots").iter().map(begin).collect()
}

fn leaves(attributes: &Attributes, targets: usize) -> Result<Vec<Leaf>, CompileError> {
    let ids = attributes.ints("leaf_targetids");
    let weights = match attributes.tensor("leaf_weights") {
        Some(tensor) => super::float_tensor(tensor, "leaf_weights")?,
        None => Vec::new(),
    };
    if ids.len() != weights.len() {
        return Err(CompileError::malformed(format!(
            "a tree ensemble has {} leaf weights for {} leaves",
            weights.len(),
            ids.len()
        )));
    }
    let leaf = |(id, weight): (&i64, f64)| {
        let target = u32::try_from(*id).ok().filter(|target| (*target as usize) < targets);
        let target = target.ok_or_else(|| {
            CompileError::malformed(format!("a leaf votes for target {id} of {targets}"))
        })?;
        #[expect(clippy::cast_possible_truncation, reason = "weights are summed as floats")]
        let weight = weight as f32;
        Ok(Leaf { weights: vec![(target, weight)] })
    };
    ids.iter().zip(weights).map(leaf).collect()
}

fn mode(number: i64) -> Result<Mode, CompileError> {
    Ok(match number {
        0 => Mode::AtMost,
        1 => Mode::Below,
        2 => Mode::AtLeast,
        3 => Mode::Above,
        4 => Mode::Equal,
        5 => Mode::NotEqual,
        6 => Mode::Member,
        other => return Err(CompileError::malformed(format!("no node mode has number {other}"))),
    })
}

/// The members of sets, one set after the other in the order of the nodes, NaN between them.
struct Sets {
    values: std::vec::IntoIter<f64>,
}

impl Sets {
    fn read(attributes: &Attributes) -> Result<Self, CompileError> {
        let values = match attributes.tensor("membership_values") {
            Some(tensor) => super::float_tensor(tensor, "membership_values")?,
            None => Vec::new(),
        };
        Ok(Self { values: values.into_iter() })
    }

    #[expect(clippy::cast_possible_truncation, reason = "compared with floats")]
    fn next_set(&mut self) -> Vec<f32> {
        self.values.by_ref().take_while(|value| !value.is_nan()).map(|value| value as f32).collect()
    }
}
