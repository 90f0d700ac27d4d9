//! Which tree votes for which target, in an order in which each target's trees lie together.

use super::ensemble::{Ensemble, Tree};
use super::scores::Aggregate;
use super::transform::Transform;

/// The order of trees, tables of leaf values and runs over both.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Payload {
    /// Trees of the ensemble in the order in which they are evaluated.
    pub(super) order: Vec<usize>,
    /// For each table of leaf values the tree and the target.
    pub(super) tables: Vec<(usize, u32)>,
    pub(super) runs: Vec<Run>,
}

/// Neighbouring trees that vote for one target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) target: usize,
    /// The first tree, in the order of evaluation.
    pub(super) first: usize,
    /// The first table.
    pub(super) table: usize,
    pub(super) count: usize,
}

impl Payload {
    /// Arranges an ensemble; `None` if its votes must be joined one by one: leaves of one tree vote
    /// for different targets, votes are not added, or the order of additions matters.
    pub(super) fn of(ensemble: &Ensemble) -> Option<Self> {
        let finish = &ensemble.finish;
        let summed = matches!(finish.aggregate, Aggregate::Sum | Aggregate::Average);
        if !summed || finish.transform == Transform::Probit {
            return None;
        }
        let mut voting = Vec::with_capacity(ensemble.trees.len());
        for (index, tree) in ensemble.trees.iter().enumerate() {
            voting.push((targets(tree)?, usize::MAX - tree.branches.len(), index));
        }
        // Trees of similar size lie together, so that fewer slots stay empty.
        voting.sort();
        let order = voting.iter().map(|(_, _, index)| *index).collect();
        let (mut tables, mut runs, mut first) = (Vec::new(), Vec::new(), 0);
        for alike in voting.chunk_by(|left, right| left.0 == right.0) {
            for target in &alike[0].0 {
                runs.push(Run {
                    target: *target as usize,
                    first,
                    table: tables.len(),
                    count: alike.len(),
                });
                tables.extend(alike.iter().map(|(_, _, index)| (*index, *target)));
            }
            first += alike.len();
        }
        Some(Self { order, tables, runs })
    }
}

/// The targets that every leaf of a tree votes for, once each; `None` if leaves differ.
fn targets(tree: &Tree) -> Option<Vec<u32>> {
    let mut common: Option<Vec<u32>> = None;
    for leaf in &tree.leaves {
        let mut targets: Vec<u32> = leaf.weights.iter().map(|(target, _)| *target).collect();
        targets.sort_unstable();
        let twice = targets.windows(2).any(|pair| pair[0] == pair[1]);
        if twice || common.as_ref().is_some_and(|common| *common != targets) {
            return None;
        }
        common = Some(targets);
    }
    common
}
