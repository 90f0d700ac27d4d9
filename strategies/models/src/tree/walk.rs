//! Trees of any size: eight walks at once, each step without a branch.
//!
//! A node is eight bytes, its children lie side by side, and a leaf leads to itself, so every walk of
//! a group takes as many steps as the deepest tree of the group, whatever the row.
//!
//! Hot: called per prediction, no allocation. The leaves are added in a fixed order, as in
//! [`super::bitvector`].

use std::collections::VecDeque;

use super::columns::{Columns, SetColumn};
use super::ensemble::{Answer, Child, Ensemble, Leaf, Test, Tree};
use super::payload::{Payload, Run};
use super::scores::{Aggregate, Finish, Score};
use super::transform::Transform;

/// Trees walked at once.
const LANES: usize = 8;

/// Where a walk is.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
struct Step {
    /// The walk goes to the no side if the column's value is above this. Infinity at a leaf.
    threshold: f32,
    column: u16,
    /// How far ahead the yes side is; the no side is one further. Zero at a leaf.
    ahead: u16,
}

const _: () = assert!(size_of::<Step>() == 8, "eight steps a cache line");

/// An ensemble as steps.
#[derive(Clone, Debug)]
pub(crate) struct Walk {
    /// Feature and substitute of missing values, for each ordered column.
    sources: Vec<(u32, f32)>,
    sets: Vec<SetColumn>,
    /// The row by column, in which nothing is missing.
    values: Vec<f32>,
    steps: Vec<Step>,
    /// For each step that is a leaf, which leaf of its tree.
    leaf_of: Vec<u32>,
    groups: Vec<Group>,
    /// The leaf reached in each tree, in the order of evaluation.
    exits: Vec<u32>,
    votes: Votes,
}

/// Eight trees, fewer in the last group, whose free lanes wait at a leaf.
#[derive(Clone, Debug)]
struct Group {
    roots: [u32; LANES],
    depth: u32,
}

/// What the leaves say.
#[derive(Clone, Debug)]
enum Votes {
    /// The leaves of a tree all vote for the same targets, and votes are added.
    Even {
        runs: Vec<Run>,
        /// Where the leaves of each table begin in `values`.
        tables: Vec<u32>,
        values: Vec<f32>,
    },
    /// Anything else: for each tree its leaves as they are.
    Uneven { trees: Vec<Vec<Leaf>>, joining: Joining, sums: Vec<f64> },
}

impl Walk {
    /// Lays out an ensemble; `None` if a tree or the number of columns is too large for 16 bits.
    pub(crate) fn of(ensemble: &Ensemble) -> Option<Self> {
        let columns = Columns::of(ensemble);
        let payload = Payload::of(ensemble);
        let order = match &payload {
            Some(payload) => payload.order.clone(),
            None => (0..ensemble.trees.len()).collect(),
        };
        let mut sources: Vec<(u32, Answer)> =
            columns.ordered.iter().map(|column| (column.feature, column.missing)).collect();
        sources.dedup();
        let idle = Step { threshold: f32::INFINITY, column: 0, ahead: 0 };
        let mut writer = Writer { columns: &columns, sources: &sources, steps: vec![idle] };
        let (mut leaf_of, mut groups) = (vec![0], Vec::new());
        for lanes in order.chunks(LANES) {
            let mut group = Group { roots: [0; LANES], depth: 0 };
            for (root, tree) in group.roots.iter_mut().zip(lanes) {
                *root = u32::try_from(writer.steps.len()).ok()?;
                let depth = writer.write(&ensemble.trees[*tree], &mut leaf_of)?;
                group.depth = group.depth.max(depth);
            }
            groups.push(group);
        }
        let steps = writer.steps;
        let width = sources.len() + columns.sets.len();
        Some(Self {
            sources: sources
                .iter()
                .map(|(feature, missing)| match missing {
                    Answer::Yes => (*feature, f32::NEG_INFINITY),
                    Answer::No => (*feature, f32::INFINITY),
                })
                .collect(),
            sets: columns.sets,
            values: vec![0.0; width.max(1)],
            steps,
            leaf_of,
            exits: vec![0; groups.len() * LANES],
            groups,
            votes: match payload {
                Some(payload) => Votes::even(ensemble, payload)?,
                None => Votes::Uneven {
                    trees: ensemble.trees.iter().map(|tree| tree.leaves.clone()).collect(),
                    joining: Joining::of(&ensemble.finish),
                    sums: vec![0.0; ensemble.targets],
                },
            },
        })
    }

    /// Evaluates a row.
    ///
    /// # Panics
    /// If the row is shorter than a feature's index, or `scores` than the number of targets.
    pub(crate) fn run(&mut self, row: &[f32], scores: &mut [Score]) {
        self.fill(row);
        let (steps, values) = (&self.steps[..], &self.values[..]);
        for (group, exits) in self.groups.iter().zip(self.exits.as_chunks_mut::<LANES>().0) {
            let mut at = group.roots;
            for _ in 0..group.depth {
                for at in &mut at {
                    let step = steps[*at as usize];
                    let no = values[usize::from(step.column)] > step.threshold;
                    *at += u32::from(step.ahead) + u32::from(no);
                }
            }
            for (exit, at) in exits.iter_mut().zip(at) {
                *exit = self.leaf_of[at as usize];
            }
        }
        scores.fill(Score::default());
        self.votes.count(&self.exits, scores);
    }

    /// Writes the row by column, with what stands for missing values.
    fn fill(&mut self, row: &[f32]) {
        let (ordered, of_sets) = self.values.split_at_mut(self.sources.len());
        for (value, (feature, substitute)) in ordered.iter_mut().zip(&self.sources) {
            let given = row[*feature as usize];
            *value = if given.is_nan() { *substitute } else { given };
        }
        for (value, set) in of_sets.iter_mut().zip(&self.sets) {
            *value = if set.has(row) { 0.0 } else { 1.0 };
        }
    }

    /// Returns how many bytes there are to read; a prediction reads a part of them.
    pub(crate) fn bytes(&self) -> usize {
        size_of_val(&self.steps[..])
            + match &self.votes {
                Votes::Even { values, .. } => size_of_val(&values[..]),
                Votes::Uneven { trees, .. } => trees.iter().map(|leaves| 32 * leaves.len()).sum(),
            }
    }
}

/// Writes trees as steps.
struct Writer<'a> {
    columns: &'a Columns,
    sources: &'a [(u32, Answer)],
    steps: Vec<Step>,
}

impl Writer<'_> {
    /// Writes one tree, level by level; returns its depth, or `None` if it is too wide.
    fn write(&mut self, tree: &Tree, leaf_of: &mut Vec<u32>) -> Option<u32> {
        let idle = Step { threshold: f32::INFINITY, column: 0, ahead: 0 };
        let mut waiting = VecDeque::from([(tree.root(), self.steps.len(), 0)]);
        self.steps.push(idle);
        leaf_of.push(0);
        let mut deepest = 0;
        while let Some((child, at, depth)) = waiting.pop_front() {
            match child {
                Child::Leaf(leaf) => {
                    leaf_of[at] = leaf;
                    deepest = deepest.max(depth);
                }
                Child::Branch(index) => {
                    let branch = &tree.branches[index as usize];
                    let children = self.steps.len();
                    let (column, threshold) = match &branch.test {
                        Test::AtMost(threshold) => {
                            let key = (branch.feature, branch.missing);
                            let column = self.sources.binary_search(&key);
                            (column.expect("every source was collected"), *threshold)
                        }
                        // Members are 0, all else is 1.
                        Test::OneOf(_) => {
                            let place = self.columns.place(branch).column;
                            (self.sources.len() + place - self.columns.ordered.len(), 0.5)
                        }
                    };
                    self.steps[at] = Step {
                        threshold,
                        column: u16::try_from(column).ok()?,
                        ahead: u16::try_from(children - at).ok()?,
                    };
                    self.steps.extend([idle, idle]);
                    leaf_of.extend([0, 0]);
                    waiting.push_back((branch.yes, children, depth + 1));
                    waiting.push_back((branch.no, children + 1, depth + 1));
                }
            }
        }
        Some(deepest)
    }
}

impl Votes {
    fn even(ensemble: &Ensemble, payload: Payload) -> Option<Self> {
        let (mut tables, mut values) = (Vec::new(), Vec::new());
        for (tree, target) in &payload.tables {
            tables.push(u32::try_from(values.len()).ok()?);
            values.extend(ensemble.trees[*tree].leaves.iter().map(|leaf| {
                let weight = leaf.weights.iter().find(|(other, _)| other == target);
                weight.map_or(0.0, |(_, weight)| *weight)
            }));
        }
        Some(Self::Even { runs: payload.runs, tables, values })
    }

    fn count(&mut self, exits: &[u32], scores: &mut [Score]) {
        match self {
            Self::Even { runs, tables, values } => {
                for run in runs {
                    let tables = &tables[run.table..][..run.count];
                    let exits = &exits[run.first..][..run.count];
                    let mut sums = [0.0_f64; LANES];
                    for (tables, exits) in tables.chunks(LANES).zip(exits.chunks(LANES)) {
                        for ((sum, table), exit) in sums.iter_mut().zip(tables).zip(exits) {
                            *sum += f64::from(values[(table + exit) as usize]);
                        }
                    }
                    let score = &mut scores[run.target];
                    score.value += super::total(sums);
                    score.said = true;
                }
            }
            Self::Uneven { trees, joining, sums } => {
                let leaves = trees.iter().zip(exits).map(|(leaves, exit)| &leaves[*exit as usize]);
                count_one_by_one(leaves, *joining, sums, scores);
            }
        }
    }
}

/// How leaves are joined one by one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Joining {
    aggregate: Aggregate,
    /// Whether each sum is rounded to 32 bits, as onnxruntime adds. The probit function shows the
    /// last bit of its argument, so there the sums must be the same; elsewhere ours are nearer.
    narrow: bool,
}

impl Joining {
    pub(super) fn of(finish: &Finish) -> Self {
        Self { aggregate: finish.aggregate, narrow: finish.transform == Transform::Probit }
    }
}

/// Joins leaves in the order of the trees, sums in 64 bits and rounded once, unless narrow.
pub(super) fn count_one_by_one<'a>(
    leaves: impl Iterator<Item = &'a Leaf>,
    joining: Joining,
    sums: &mut [f64],
    scores: &mut [Score],
) {
    #[expect(clippy::cast_possible_truncation, reason = "rounded to 32 bits on purpose")]
    let round = |sum: f64| if joining.narrow { f64::from(sum as f32) } else { sum };
    sums.fill(0.0);
    for (target, weight) in leaves.flat_map(|leaf| &leaf.weights) {
        let (target, weight) = (*target as usize, f64::from(*weight));
        let (sum, score) = (&mut sums[target], &mut scores[target]);
        *sum = match joining.aggregate {
            Aggregate::Sum | Aggregate::Average => round(*sum + weight),
            Aggregate::Min if score.said && *sum <= weight => *sum,
            Aggregate::Max if score.said && *sum >= weight => *sum,
            Aggregate::Min | Aggregate::Max => weight,
        };
        score.said = true;
    }
    for (score, sum) in scores.iter_mut().zip(sums) {
        #[expect(clippy::cast_possible_truncation, reason = "rounded once, at the end")]
        let value = *sum as f32;
        score.value = value;
    }
}
