//! Tree ensembles in one form, whichever operator wrote them.
//!
//! Every comparison becomes one of two: "at most a threshold" or "one of these values", with a
//! flag for missing values (NaN). `x < t` is "at most the float below t", `x > t` is the opposite of
//! "at most t", `x == t` is "one of {t}". The floats compared are the ones onnxruntime compares, so
//! a value equal to its threshold goes the same way.

use super::scores::Finish;

/// Trees, and what becomes of the numbers at their leaves.
#[derive(Clone, Debug)]
pub(crate) struct Ensemble {
    /// The trees in the file's order.
    pub(crate) trees: Vec<Tree>,
    /// How many numbers come out: targets of a regressor, classes of a classifier.
    pub(crate) targets: usize,
    /// How the leaves of the trees become the result.
    pub(crate) finish: Finish,
}

/// One tree. Both children of a branch lie behind it, so a walk ends.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    /// The decisions; the first is the root, unless the tree is one leaf.
    pub(crate) branches: Vec<Branch>,
    /// The leaves, those of the yes side of a branch before those of its no side.
    pub(crate) leaves: Vec<Leaf>,
}

/// One decision.
#[derive(Clone, Debug)]
pub(crate) struct Branch {
    /// Which input is looked at.
    pub(crate) feature: u32,
    /// What is asked.
    pub(crate) test: Test,
    /// Where a missing value goes.
    pub(crate) missing: Answer,
    /// The child if the answer is yes.
    pub(crate) yes: Child,
    /// The child if the answer is no.
    pub(crate) no: Child,
}

/// A question about a number.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Test {
    /// Is it at most this? The threshold is never NaN and never positive infinity.
    AtMost(f32),
    /// Is it one of these? Nothing is one of none.
    OneOf(Vec<f32>),
}

/// One of two ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Answer {
    Yes,
    No,
}

/// What a branch leads to, by index in its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Child {
    Branch(u32),
    Leaf(u32),
}

/// What a leaf adds to which targets.
#[derive(Clone, Debug, Default)]
pub(crate) struct Leaf {
    pub(crate) weights: Vec<(u32, f32)>,
}

/// The comparisons of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    AtMost,
    Below,
    AtLeast,
    Above,
    Equal,
    NotEqual,
    Member,
}

/// A threshold, or a set, as a file gives it.
#[derive(Clone, Debug)]
pub(crate) enum Operand {
    Number(f64),
    Set(Vec<f32>),
}

impl Answer {
    pub(crate) const fn opposite(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
        }
    }

    const fn of(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

impl Test {
    /// Answers for a value that is not missing.
    pub(crate) fn answer(&self, value: f32) -> Answer {
        Answer::of(match self {
            Self::AtMost(threshold) => value <= *threshold,
            Self::OneOf(members) => members.contains(&value),
        })
    }

    /// The test that answers no to everything.
    const fn never() -> Self {
        Self::OneOf(Vec::new())
    }

    /// The floats at most this number; a threshold between two floats counts as the lower one.
    fn at_most(threshold: f64) -> (Self, bool) {
        #[expect(clippy::cast_possible_truncation, reason = "corrected on the next line")]
        let nearest = threshold as f32;
        let below = if f64::from(nearest) > threshold { nearest.next_down() } else { nearest };
        if below == f32::INFINITY { (Self::never(), true) } else { (Self::AtMost(below), false) }
    }

    /// The floats below this number.
    fn below(threshold: f64) -> (Self, bool) {
        #[expect(clippy::cast_possible_truncation, reason = "corrected on the next lines")]
        let nearest = threshold as f32;
        if f64::from(nearest) < threshold {
            return Self::at_most(threshold);
        }
        if nearest == f32::NEG_INFINITY {
            return (Self::never(), false);
        }
        (Self::AtMost(nearest.next_down()), false)
    }
}

/// Turns one of the format's comparisons into ours.
///
/// `missing_is_true` is the file's own flag for missing values. Returns the test, whether yes and
/// no change places, and where a missing value goes after they did.
pub(crate) fn canonical(
    mode: Mode,
    operand: &Operand,
    missing_is_true: bool,
) -> (Test, bool, Answer) {
    let one_of = |number: f64| {
        #[expect(clippy::cast_possible_truncation, reason = "compared with the number below")]
        let float = number as f32;
        let exact = f64::from(float) == number;
        Test::OneOf(if exact { vec![float] } else { Vec::new() })
    };
    let (test, swapped) = match (mode, operand) {
        (Mode::Member, Operand::Set(members)) => (Test::OneOf(members.clone()), false),
        (Mode::Member, Operand::Number(number)) | (Mode::Equal, Operand::Number(number)) => {
            (one_of(*number), false)
        }
        (Mode::NotEqual, Operand::Number(number)) => (one_of(*number), true),
        // Nothing is smaller or larger than a threshold that is no number.
        (_, Operand::Number(number)) if number.is_nan() => (Test::never(), false),
        (Mode::AtMost, Operand::Number(number)) => Test::at_most(*number),
        (Mode::Below, Operand::Number(number)) => Test::below(*number),
        (Mode::AtLeast, Operand::Number(number)) => opposite(Test::below(*number)),
        (Mode::Above, Operand::Number(number)) => opposite(Test::at_most(*number)),
        (_, Operand::Set(_)) => (Test::never(), false),
    };
    // A missing value is different from everything, and neither smaller, larger nor equal.
    let is_true = missing_is_true || mode == Mode::NotEqual;
    let missing = Answer::of(is_true);
    (test, swapped, if swapped { missing.opposite() } else { missing })
}

fn opposite((test, swapped): (Test, bool)) -> (Test, bool) {
    (test, !swapped)
}

impl Tree {
    /// Walks to the leaf of a row. This is the definition the evaluators are compared with.
    ///
    /// # Panics
    /// If the row is shorter than a feature's index.
    pub(crate) fn leaf(&self, row: &[f32]) -> usize {
        let mut at = self.root();
        loop {
            match at {
                Child::Leaf(leaf) => return leaf as usize,
                Child::Branch(index) => {
                    let branch = &self.branches[index as usize];
                    let value = row[branch.feature as usize];
                    let missing = value.is_nan();
                    let answer = if missing { branch.missing } else { branch.test.answer(value) };
                    at = match answer {
                        Answer::Yes => branch.yes,
                        Answer::No => branch.no,
                    };
                }
            }
        }
    }

    /// Returns how many questions a walk asks at most.
    pub(crate) fn depth(&self) -> usize {
        let mut deepest = 0;
        let mut depths = vec![1; self.branches.len()];
        for (index, branch) in self.branches.iter().enumerate() {
            let depth = depths[index];
            deepest = deepest.max(depth);
            for child in [branch.yes, branch.no] {
                if let Child::Branch(behind) = child {
                    depths[behind as usize] = depth + 1;
                }
            }
        }
        deepest
    }

    /// Where a walk begins.
    pub(crate) fn root(&self) -> Child {
        if self.branches.is_empty() { Child::Leaf(0) } else { Child::Branch(0) }
    }
}

impl Ensemble {
    /// Returns the features that any branch looks at, in order.
    pub(crate) fn features(&self) -> Vec<u32> {
        let branches = self.trees.iter().flat_map(|tree| &tree.branches);
        let mut features: Vec<u32> = branches.map(|branch| branch.feature).collect();
        features.sort_unstable();
        features.dedup();
        features
    }

    /// Returns the number of leaves of the largest tree.
    pub(crate) fn leaves_max(&self) -> usize {
        self.trees.iter().map(|tree| tree.leaves.len()).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What C++ answers for `value MODE threshold`.
    fn directly(mode: Mode, value: f32, threshold: f64, missing_is_true: bool) -> bool {
        let value = f64::from(value);
        let compared = match mode {
            Mode::AtMost => value <= threshold,
            Mode::Below => value < threshold,
            Mode::AtLeast => value >= threshold,
            Mode::Above => value > threshold,
            Mode::Equal | Mode::Member => value == threshold,
            Mode::NotEqual => value != threshold,
        };
        compared || (missing_is_true && value.is_nan())
    }

    #[test]
    fn every_comparison_answers_as_the_format_says() {
        let modes =
            [Mode::AtMost, Mode::Below, Mode::AtLeast, Mode::Above, Mode::Equal, Mode::NotEqual];
        let numbers = [
            f32::NEG_INFINITY,
            f32::MIN,
            -1.0,
            -f32::MIN_POSITIVE / 8.0,
            -0.0,
            0.0,
            1e-45,
            0.1,
            1.0,
            1.0 + f32::EPSILON,
            f32::MAX,
            f32::INFINITY,
            f32::NAN,
        ];
        let thresholds = numbers.map(f64::from).into_iter().chain([0.1, 1.0 + 1e-12, 1e300]);
        for threshold in thresholds {
            for (mode, value) in modes.iter().flat_map(|mode| numbers.map(|value| (*mode, value))) {
                for missing_is_true in [false, true] {
                    let operand = Operand::Number(threshold);
                    let (test, swapped, missing) = canonical(mode, &operand, missing_is_true);
                    let answer = if value.is_nan() { missing } else { test.answer(value) };
                    let is_true = (answer == Answer::Yes) != swapped;
                    let expected = directly(mode, value, threshold, missing_is_true);
                    assert_eq!(is_true, expected, "{value} {mode:?} {threshold}");
                }
            }
        }
    }
}
