//! Grows trees from a table of nodes: checks that each is a tree, and puts its nodes in order.

use std::collections::BTreeSet;

use super::ensemble::{Branch, Child, Leaf, Mode, Operand, Tree, canonical};
use crate::compile::CompileError;

/// A node as a file has it.
#[derive(Clone, Debug)]
pub(super) enum RawNode {
    Branch(RawBranch),
    Leaf(Leaf),
}

/// A decision as a file has it. Children are indices into the same table.
#[derive(Clone, Debug)]
pub(super) struct RawBranch {
    pub(super) feature: i64,
    pub(super) mode: Mode,
    pub(super) operand: Operand,
    pub(super) missing_is_true: bool,
    pub(super) yes: usize,
    pub(super) no: usize,
}

/// Grows the tree that starts at a node. `taken` remembers nodes of all trees so far.
///
/// # Errors
/// If a child is not in the table, or a node is reached twice: then this is no tree.
pub(super) fn grow(
    table: &[RawNode],
    root: usize,
    taken: &mut BTreeSet<usize>,
) -> Result<Tree, CompileError> {
    let mut tree = Tree::default();
    // What is still to be placed, and the branch side that waits for its index.
    let mut waiting: Vec<(usize, Option<(usize, bool)>)> = vec![(root, None)];
    while let Some((index, parent)) = waiting.pop() {
        let node = table.get(index).ok_or_else(|| {
            CompileError::malformed(format!("a tree leads to node {index}, which does not exist"))
        })?;
        if !taken.insert(index) {
            return Err(CompileError::malformed(format!(
                "node {index} of a tree is reached twice: a cycle, or two trees grown together"
            )));
        }
        let child = match node {
            RawNode::Leaf(leaf) => {
                tree.leaves.push(leaf.clone());
                Child::Leaf(count(tree.leaves.len() - 1))
            }
            RawNode::Branch(raw) => {
                let at = tree.branches.len();
                let (branch, yes, no) = branch(raw)?;
                tree.branches.push(branch);
                // The last in is the first out: leaves of the yes side come first.
                waiting.push((no, Some((at, false))));
                waiting.push((yes, Some((at, true))));
                Child::Branch(count(at))
            }
        };
        match parent {
            Some((at, true)) => tree.branches[at].yes = child,
            Some((at, false)) => tree.branches[at].no = child,
            None => {}
        }
    }
    Ok(tree)
}

/// A branch whose children are not yet placed, and the table's indices of its yes and no sides.
fn branch(raw: &RawBranch) -> Result<(Branch, usize, usize), CompileError> {
    let feature = u32::try_from(raw.feature)
        .map_err(|_| CompileError::malformed(format!("a tree looks at feature {}", raw.feature)))?;
    let (test, swapped, missing) = canonical(raw.mode, &raw.operand, raw.missing_is_true);
    let unplaced = Child::Leaf(0);
    let branch = Branch { feature, test, missing, yes: unplaced, no: unplaced };
    let (yes, no) = if swapped { (raw.no, raw.yes) } else { (raw.yes, raw.no) };
    Ok((branch, yes, no))
}

fn count(index: usize) -> u32 {
    u32::try_from(index).expect("a file of limited size has fewer nodes than 32 bits count")
}
