//! Thresholds become ranks of one byte, so that a node is two bytes and 32 are compared at once.
//!
//! A *column* is a feature together with up to 255 of the thresholds it is compared with, in order.
//! The rank of a value in a column is the number of thresholds it is not at most: `rank > j` says the
//! same as `not (value <= threshold j)`. A feature with more thresholds, or whose missing values go
//! both ways, has several columns. A set of values is a column, too, whose rank is 0 for members and
//! 255 for all else.
//!
//! ```text
//! thresholds of one column:  0.1  0.4  0.7          node "x <= 0.4": yes unless rank > 1
//! rank of x:               0    1    2    3
//! ```

use std::cmp::Ordering;

use super::ensemble::{Answer, Branch, Ensemble, Test};

/// Thresholds that a byte can rank among.
pub(super) const THRESHOLDS_MAX: usize = 255;

/// Columns that a byte can number.
pub(super) const COLUMNS_MAX: usize = 256;

/// The columns of an ensemble in a fixed order: ordered ones first.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    pub(super) ordered: Vec<OrderedColumn>,
    pub(super) sets: Vec<SetColumn>,
}

/// Up to 255 thresholds of one feature.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct OrderedColumn {
    pub(super) feature: u32,
    /// Where missing values go at every node of the column.
    pub(super) missing: Answer,
    /// In rising order, no two equal, none of them NaN or positive infinity.
    pub(super) thresholds: Vec<f32>,
}

/// The members of one set for one feature.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SetColumn {
    pub(super) feature: u32,
    pub(super) missing: Answer,
    pub(super) members: Vec<f32>,
}

/// Where a branch finds its answer: no if and only if the rank in the column is above this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) column: usize,
    pub(super) rank: u8,
}

impl Columns {
    /// Collects the columns of an ensemble.
    pub(super) fn of(ensemble: &Ensemble) -> Self {
        let branches = || ensemble.trees.iter().flat_map(|tree| &tree.branches);
        let mut asked: Vec<(u32, Answer, f32)> = branches()
            .filter_map(|branch| match branch.test {
                Test::AtMost(threshold) => Some((branch.feature, branch.missing, plain(threshold))),
                Test::OneOf(_) => None,
            })
            .collect();
        asked.sort_by(|left, right| {
            (left.0, left.1).cmp(&(right.0, right.1)).then(left.2.total_cmp(&right.2))
        });
        asked.dedup();
        let mut columns = Self::default();
        for of_one in asked.chunk_by(|left, right| (left.0, left.1) == (right.0, right.1)) {
            for part in of_one.chunks(THRESHOLDS_MAX) {
                let (feature, missing, _) = part[0];
                let thresholds = part.iter().map(|(_, _, threshold)| *threshold).collect();
                columns.ordered.push(OrderedColumn { feature, missing, thresholds });
            }
        }
        columns.sets = branches().filter_map(SetColumn::of).collect();
        columns.sets.sort_by(SetColumn::order);
        columns.sets.dedup_by(|left, right| left.order(right).is_eq());
        columns
    }

    /// Returns how many columns there are.
    pub(super) fn len(&self) -> usize {
        self.ordered.len() + self.sets.len()
    }

    /// Finds the place of a branch.
    ///
    /// # Panics
    /// If the branch is not of the ensemble that the columns were collected from.
    pub(super) fn place(&self, branch: &Branch) -> Place {
        match &branch.test {
            Test::AtMost(threshold) => self.place_ordered(branch, plain(*threshold)),
            Test::OneOf(_) => {
                let set = SetColumn::of(branch).expect("it asks for a set");
                let at = self.sets.binary_search_by(|other| other.order(&set));
                let at = at.expect("every set of the ensemble was collected");
                Place { column: self.ordered.len() + at, rank: 0 }
            }
        }
    }

    fn place_ordered(&self, branch: &Branch, threshold: f32) -> Place {
        let key = (branch.feature, branch.missing);
        // The columns of a feature follow each other, and so do their thresholds.
        let column = self.ordered.partition_point(|column| {
            let last = column.thresholds[column.thresholds.len() - 1];
            (column.feature, column.missing) < key
                || ((column.feature, column.missing) == key && last < threshold)
        });
        let thresholds = &self.ordered[column].thresholds;
        let rank = thresholds.partition_point(|other| *other < threshold);
        assert!(thresholds[rank] == threshold, "every threshold of the ensemble was collected");
        Place { column, rank: u8::try_from(rank).expect("at most 255 thresholds a column") }
    }
}

/// The threshold with one sign of zero: both zeros are at most both.
fn plain(threshold: f32) -> f32 {
    if threshold == 0.0 { 0.0 } else { threshold }
}

/// Ranks a row in all columns.
///
/// Hot: 16 + 16 comparisons per column; no branch depends on the row.
#[derive(Clone, Debug)]
pub(super) struct Ranker {
    pub(super) features: Vec<u32>,
    /// What stands for a missing value: infinity that goes where missing values go.
    pub(super) substitutes: Vec<f32>,
    /// Every 16th threshold of each ordered column; infinity beyond the last.
    pub(super) pivots: Vec<Line>,
    /// All thresholds of each ordered column.
    pub(super) steps: Vec<[Line; 16]>,
    sets: Vec<SetColumn>,
}

/// 16 floats in one cache line.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(super) struct Line(pub(super) [f32; 16]);

/// The ranks of a row, by column.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub(super) struct Ranks(pub(super) [u8; COLUMNS_MAX]);

impl Ranker {
    /// # Panics
    /// If there are more columns than a byte numbers.
    pub(super) fn of(columns: &Columns) -> Self {
        assert!(columns.len() <= COLUMNS_MAX, "a byte numbers the columns");
        let mut ranker = Self {
            features: Vec::new(),
            substitutes: Vec::new(),
            pivots: Vec::new(),
            steps: Vec::new(),
            sets: columns.sets.clone(),
        };
        for column in &columns.ordered {
            let mut flat = [f32::INFINITY; 256];
            flat[..column.thresholds.len()].copy_from_slice(&column.thresholds);
            let mut pivots = [f32::INFINITY; 16];
            let mut steps = [Line([f32::INFINITY; 16]); 16];
            for (index, part) in flat.as_chunks::<16>().0.iter().enumerate() {
                steps[index] = Line(*part);
                pivots[index] = part[15];
            }
            // Nothing is above the last pivot, so that a block is always one of 16.
            pivots[15] = f32::INFINITY;
            ranker.features.push(column.feature);
            ranker.substitutes.push(match column.missing {
                Answer::Yes => f32::NEG_INFINITY,
                Answer::No => f32::INFINITY,
            });
            ranker.pivots.push(Line(pivots));
            ranker.steps.push(steps);
        }
        ranker
    }

    /// Ranks a row; the scalar twin of the vector kernels.
    ///
    /// # Panics
    /// If the row is shorter than a feature's index.
    pub(super) fn rank(&self, row: &[f32], ranks: &mut Ranks) {
        for (column, rank) in ranks.0.iter_mut().enumerate().take(self.features.len()) {
            let value = row[self.features[column] as usize];
            let value = if value.is_nan() { self.substitutes[column] } else { value };
            let block = above(value, &self.pivots[column]);
            let step = above(value, &self.steps[column][usize::from(block)]);
            *rank = 16 * block + step;
        }
        self.rank_sets(row, ranks);
    }

    /// Ranks a row in the columns that are sets: few, and the same for every kernel.
    pub(super) fn rank_sets(&self, row: &[f32], ranks: &mut Ranks) {
        let first = self.features.len();
        for (set, rank) in self.sets.iter().zip(&mut ranks.0[first..]) {
            *rank = if set.has(row) { 0 } else { 255 };
        }
    }
}

impl SetColumn {
    /// The column that a branch asks, if it asks for a set.
    fn of(branch: &Branch) -> Option<Self> {
        let Test::OneOf(members) = &branch.test else { return None };
        let (feature, missing) = (branch.feature, branch.missing);
        Some(Self { feature, missing, members: members.clone() })
    }

    /// An order in which equal sets lie together.
    fn order(&self, other: &Self) -> Ordering {
        let key = |set: &Self| (set.feature, set.missing);
        let bits = |member: &f32| member.to_bits();
        let members = || self.members.iter().map(bits).cmp(other.members.iter().map(bits));
        key(self).cmp(&key(other)).then_with(members)
    }

    /// Whether a row's value is one of the set, or missing where that counts as one.
    pub(super) fn has(&self, row: &[f32]) -> bool {
        let value = row[self.feature as usize];
        let member = self.members.iter().fold(false, |found, other| found | (*other == value));
        member | (value.is_nan() & (self.missing == Answer::Yes))
    }
}

/// How many of 16 thresholds a value is above.
fn above(value: f32, line: &Line) -> u8 {
    line.0.iter().fold(0, |count, threshold| count + u8::from(value > *threshold))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::ensemble::Child;

    fn branch(feature: u32, threshold: f32, missing: Answer) -> Branch {
        let leaf = Child::Leaf(0);
        Branch { feature, test: Test::AtMost(threshold), missing, yes: leaf, no: leaf }
    }

    /// 600 thresholds of one feature and a few of another, in no order.
    fn columns() -> (Columns, Vec<Branch>) {
        let mut branches: Vec<Branch> =
            (0..600_u16).map(|index| branch(3, f32::from(index * 7 % 600), Answer::No)).collect();
        branches.push(branch(3, 5.0, Answer::Yes));
        branches.push(branch(0, -0.0, Answer::No));
        branches.push(branch(0, f32::NEG_INFINITY, Answer::No));
        branches.push(Branch { test: Test::OneOf(vec![1.0, 3.0]), ..branch(1, 0.0, Answer::Yes) });
        let tree = crate::tree::ensemble::Tree { branches: branches.clone(), leaves: Vec::new() };
        let ensemble =
            Ensemble { trees: vec![tree], targets: 1, finish: crate::tree::tests::sum_of(1) };
        (Columns::of(&ensemble), branches)
    }

    #[test]
    fn ranks_answer_as_the_thresholds_do() {
        let (columns, branches) = columns();
        assert_eq!(columns.len(), 1 + 1 + 3 + 1, "600 thresholds fill three columns");
        let ranker = Ranker::of(&columns);
        let mut ranks = Ranks([0; COLUMNS_MAX]);
        let values = [f32::NEG_INFINITY, -1.0, -0.0, 0.0, 0.5, 1.0, 3.0, 5.0, 254.0, 255.0, 256.0];
        let values = values.into_iter().chain([509.5, 510.0, 599.0, 1e9, f32::INFINITY, f32::NAN]);
        for value in values {
            let row = [value; 4];
            ranker.rank(&row, &mut ranks);
            for branch in &branches {
                let place = columns.place(branch);
                let expected =
                    if value.is_nan() { branch.missing } else { branch.test.answer(value) };
                let no = ranks.0[place.column] > place.rank;
                assert_eq!(no, expected == Answer::No, "{value} at {branch:?}");
            }
        }
    }
}
