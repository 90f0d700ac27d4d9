//! Trees of up to 64 leaves, evaluated without a branch: bit-vectors of leaves that may be reached.
//!
//! A bit for each leaf of a tree, in order. A node that answers no rules out the leaves of its yes
//! side; whatever the order of the nodes, the lowest bit left is the leaf that a walk would reach
//! (Lucchese et al., "QuickScorer", SIGIR 2015). Here 32 trees lie side by side in byte lanes. The
//! bit-vector of a tree is spread over planes of eight leaves, one byte each:
//!
//! ```text
//! slot k    lane 0      lane 1          lane 31      for every plane p of 8 leaves:
//! column    tree 0's    tree 1's   …    tree 31's    leaves[p] &= keep[k][p] where the answer is no
//! rank      node k      node k          node k
//! keep[p]
//! ```
//! So a slot is two bytes of comparison and one byte per plane for each of 32 nodes. Two slots are
//! stored together, which fills cache lines. Nothing depends on the row but the values, so a
//! prediction takes the same time for every row.
//!
//! Hot: called per prediction, no allocation. Every kernel finds the same leaves, and the leaves are
//! added in one order (see [`sum`]), so results are the same bits on every machine.

use super::columns::{COLUMNS_MAX, Columns, Ranker, Ranks};
use super::ensemble::{Child, Ensemble, Tree};
use super::kernel::{self, Kernel};
use super::payload::{Payload, Run};
use super::scores::Score;

/// Trees side by side.
pub(super) const LANES: usize = 32;

/// Two slots of nodes of 32 trees, in `P` planes of eight leaves.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub(super) struct Pair<const P: usize> {
    pub(super) column: [u8; 2 * LANES],
    pub(super) rank: [u8; 2 * LANES],
    /// Leaves that stay possible if the answer is no.
    pub(super) keep: [[u8; 2 * LANES]; P],
}

/// The leaf reached in each of 32 trees.
pub(super) type Exits = [u8; LANES];

/// An ensemble of trees with at most `L` = 8 `P` leaves.
#[derive(Clone, Debug)]
pub(crate) struct BitVectors<const P: usize, const L: usize> {
    kernel: Kernel,
    ranker: Ranker,
    ranks: Box<Ranks>,
    /// Blocks of 16 columns that are in use: 1, 2, 4, 8 or 16.
    blocks: usize,
    pairs: Vec<Pair<P>>,
    /// For each 32 trees the end of their pairs; they begin where the last ones' end.
    ends: Vec<u32>,
    exits: Vec<Exits>,
    /// The number at each leaf, for each tree and target.
    tables: Vec<[f32; L]>,
    runs: Vec<Run>,
}

impl<const P: usize, const L: usize> BitVectors<P, L> {
    /// Lays out an ensemble, or says why it cannot be: too many columns, leaves that vote unevenly.
    pub(crate) fn of(ensemble: &Ensemble) -> Option<Self> {
        const { assert!(L == 8 * P, "eight leaves a plane") };
        let columns = Columns::of(ensemble);
        if columns.len() > COLUMNS_MAX || ensemble.leaves_max() > L {
            return None;
        }
        let payload = Payload::of(ensemble)?;
        let mut tables = Vec::with_capacity(payload.tables.len());
        for (tree, target) in &payload.tables {
            let mut table = [0.0; L];
            for (slot, leaf) in table.iter_mut().zip(&ensemble.trees[*tree].leaves) {
                let weight = leaf.weights.iter().find(|(other, _)| other == target);
                *slot = weight.map_or(0.0, |(_, weight)| *weight);
            }
            tables.push(table);
        }
        let (mut pairs, mut ends) = (Vec::new(), Vec::new());
        for order in payload.order.chunks(LANES) {
            let trees: Vec<&Tree> = order.iter().map(|tree| &ensemble.trees[*tree]).collect();
            lay_out(&trees, &columns, &mut pairs);
            ends.push(u32::try_from(pairs.len()).expect("fewer pairs than nodes"));
        }
        Some(Self {
            kernel: Kernel::detect(),
            ranker: Ranker::of(&columns),
            ranks: Box::new(Ranks([0; COLUMNS_MAX])),
            blocks: columns.len().div_ceil(16).next_power_of_two(),
            exits: vec![[0; LANES]; ends.len()],
            pairs,
            ends,
            tables,
            runs: payload.runs,
        })
    }

    /// Uses another kernel than the fastest that the machine has.
    pub(crate) fn set_kernel(&mut self, kernel: Kernel) {
        self.kernel = kernel;
    }

    /// Evaluates a row.
    ///
    /// # Panics
    /// If the row is shorter than a feature's index, or `scores` than the number of targets.
    pub(crate) fn run(&mut self, row: &[f32], scores: &mut [Score]) {
        kernel::rank(self.kernel, &self.ranker, row, &mut self.ranks);
        let mut start = 0;
        for (end, exits) in self.ends.iter().zip(&mut self.exits) {
            let pairs = &self.pairs[start..*end as usize];
            *exits = kernel::exits(self.kernel, &self.ranks, self.blocks, pairs);
            start = *end as usize;
        }
        scores.fill(Score::default());
        let exits = self.exits.as_flattened();
        for run in &self.runs {
            let tables = &self.tables[run.table..][..run.count];
            let score = &mut scores[run.target];
            score.value += sum(tables, &exits[run.first..][..run.count]);
            score.said = true;
        }
    }

    /// Returns how many bytes a prediction reads.
    pub(crate) fn bytes(&self) -> usize {
        size_of_val(&self.pairs[..])
            + size_of_val(&self.tables[..])
            + size_of_val(&self.ranker.pivots[..])
            + size_of_val(&self.ranker.steps[..])
    }
}

/// Adds what the reached leaves hold: tree `i` of the run into the `i mod 8`-th of eight 64-bit
/// sums, these in pairs, and the total rounded to 32 bits ([`super::total`]).
fn sum<const L: usize>(tables: &[[f32; L]], exits: &[u8]) -> f32 {
    let mut sums = [0.0_f64; 8];
    // A kernel finds one of the tree's leaves, so the remainder changes nothing; it spares a check.
    let at = |table: &[f32; L], exit: u8| f64::from(table[usize::from(exit) % L]);
    let ((tables, tables_rest), (exits, exits_rest)) = (tables.as_chunks(), exits.as_chunks());
    for (tables, exits) in tables.iter().zip(exits) {
        let eight: (&[[f32; L]; 8], &[u8; 8]) = (tables, exits);
        for (lane, sum) in sums.iter_mut().enumerate() {
            *sum += at(&eight.0[lane], eight.1[lane]);
        }
    }
    for ((sum, table), exit) in sums.iter_mut().zip(tables_rest).zip(exits_rest) {
        *sum += at(table, *exit);
    }
    super::total(sums)
}

/// Writes the nodes of up to 32 trees, two slots at a time.
fn lay_out<const P: usize>(trees: &[&Tree], columns: &Columns, pairs: &mut Vec<Pair<P>>) {
    let first = pairs.len();
    let slots = trees.iter().map(|tree| tree.branches.len()).max().unwrap_or(0);
    // A slot without a node rules nothing out.
    let idle = Pair { column: [0; 64], rank: [u8::MAX; 64], keep: [[u8::MAX; 64]; P] };
    pairs.resize(first + slots.div_ceil(2), idle);
    for (lane, tree) in trees.iter().enumerate() {
        for (slot, keep) in keeps(tree).into_iter().enumerate() {
            let place = columns.place(&tree.branches[slot]);
            let pair = &mut pairs[first + slot / 2];
            let at = slot % 2 * LANES + lane;
            pair.column[at] = u8::try_from(place.column).expect("a byte numbers the columns");
            pair.rank[at] = place.rank;
            for (plane, byte) in pair.keep.iter_mut().zip(keep.to_le_bytes()) {
                plane[at] = byte;
            }
        }
    }
}

/// For each branch the leaves that stay possible if it answers no: all but those of its yes side.
fn keeps(tree: &Tree) -> Vec<u64> {
    let mut spans = vec![(0_u32, 0_u32); tree.branches.len()];
    let mut keeps = vec![0; tree.branches.len()];
    // Children lie behind their parent, so their spans are known first.
    for index in (0..tree.branches.len()).rev() {
        let span = |child: Child| match child {
            Child::Leaf(leaf) => (leaf, leaf + 1),
            Child::Branch(branch) => spans[branch as usize],
        };
        let (yes, no) = (span(tree.branches[index].yes), span(tree.branches[index].no));
        assert_eq!(yes.1, no.0, "the leaves of the yes side come first");
        keeps[index] = !(below(yes.1) & !below(yes.0));
        spans[index] = (yes.0, no.1);
    }
    keeps
}

/// The bits of the leaves before this one.
fn below(leaf: u32) -> u64 {
    1_u64.checked_shl(leaf).unwrap_or(0).wrapping_sub(1)
}
