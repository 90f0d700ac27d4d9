//! Evaluators against the definition, on ensembles that nobody trained.

use proptest::prelude::*;

use super::ensemble::{Branch, Child, Ensemble, Leaf, Mode, Operand, Tree, canonical};
use super::scores::{Aggregate, Finish, Role};
use super::transform::Transform;
use super::{Evaluator, Kernel, Trees, Walk, predict_by_definition};
use crate::parity::{Rows, TOLERANCE, difference};

/// The finish of a regressor that adds.
pub(super) fn sum_of(tree_count: usize) -> Finish {
    Finish {
        aggregate: Aggregate::Sum,
        base: Vec::new(),
        transform: Transform::None,
        role: Role::Regressor,
        tree_count,
    }
}

/// What a random ensemble is made of.
#[derive(Clone, Debug)]
struct Recipe {
    seed: u64,
    trees: usize,
    leaves: usize,
    features: u64,
    thresholds: u64,
    targets: usize,
    sets: bool,
    votes_for_all: bool,
}

fn recipes(leaves: std::ops::Range<usize>) -> impl Strategy<Value = Recipe> {
    let sizes = (any::<u64>(), 1_usize..80, leaves, 1_u64..300, 1_u64..5000);
    let kinds = (1_usize..4, any::<bool>(), any::<bool>());
    (sizes, kinds).prop_map(|(sizes, (targets, sets, votes_for_all))| {
        let (seed, trees, leaves, features, thresholds) = sizes;
        Recipe { seed, trees, leaves, features, thresholds, targets, sets, votes_for_all }
    })
}

/// A source of numbers (Marsaglia's xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % bound.max(1)
    }

    fn count(&mut self, bound: usize) -> usize {
        usize::try_from(self.below(bound as u64)).expect("below a count")
    }
}

impl Recipe {
    fn ensemble(&self) -> Ensemble {
        let mut dice = Dice(self.seed | 1);
        let trees = (0..self.trees).map(|index| self.tree(index, &mut dice)).collect();
        Ensemble { trees, targets: self.targets, finish: sum_of(self.trees) }
    }

    fn tree(&self, index: usize, dice: &mut Dice) -> Tree {
        let mut tree = Tree::default();
        let leaves = 1 + dice.count(self.leaves);
        self.grow(index, leaves, dice, &mut tree);
        tree
    }

    /// Grows a part with so many leaves; returns its root.
    fn grow(&self, index: usize, leaves: usize, dice: &mut Dice, tree: &mut Tree) -> Child {
        if leaves == 1 {
            let weight = |dice: &mut Dice| dice.below(2001) as f32 / 1000.0 - 1.0;
            let targets = if self.votes_for_all {
                0..self.targets
            } else {
                index % self.targets..index % self.targets + 1
            };
            let weights = targets.map(|target| (target as u32, weight(dice))).collect();
            tree.leaves.push(Leaf { weights });
            return Child::Leaf(tree.leaves.len() as u32 - 1);
        }
        let at = tree.branches.len();
        let number = |dice: &mut Dice| dice.below(self.thresholds) as f32 / 8.0 - 3.0;
        let (mode, operand) = match dice.below(if self.sets { 8 } else { 4 }) {
            0 => (Mode::AtMost, Operand::Number(f64::from(number(dice)))),
            1 => (Mode::Below, Operand::Number(f64::from(number(dice)))),
            2 => (Mode::AtLeast, Operand::Number(f64::from(number(dice)))),
            3 => (Mode::Above, Operand::Number(f64::from(number(dice)))),
            4 => (Mode::Member, Operand::Set(vec![0.0, 0.5, 2.0])),
            _ => (Mode::AtMost, Operand::Number(f64::from(number(dice)))),
        };
        let (test, _, missing) = canonical(mode, &operand, dice.below(2) == 0);
        let feature = dice.below(self.features) as u32;
        let unplaced = Child::Leaf(0);
        tree.branches.push(Branch { feature, test, missing, yes: unplaced, no: unplaced });
        let left = 1 + dice.count(leaves - 1);
        let first = self.grow(index, left, dice, tree);
        let second = self.grow(index, leaves - left, dice, tree);
        (tree.branches[at].yes, tree.branches[at].no) = (first, second);
        Child::Branch(at as u32)
    }
}

/// Every kernel gives the same bits, and what the definition gives.
fn check(recipe: &Recipe, walk: bool) {
    let ensemble = recipe.ensemble();
    let mut trees = Trees::compile(&ensemble).expect("compiled");
    if walk {
        trees.evaluator = Evaluator::Walk(Walk::of(&ensemble).expect("small enough"));
        trees.with_missing = None;
    }
    let mut rows = Rows::of(&[&ensemble], trees.width().max(1), true);
    let mut defined = vec![0.0; recipe.targets];
    let mut answer = vec![0.0; recipe.targets];
    for _ in 0..40 {
        let row = rows.next_row();
        predict_by_definition(&ensemble, &row, &mut defined);
        let mut bits: Option<Vec<u32>> = None;
        for kernel in Kernel::ALL.into_iter().filter(|kernel| kernel.is_here()) {
            trees.set_kernel(kernel);
            trees.run(&row, &mut answer);
            assert!(
                difference(&answer, &defined) <= TOLERANCE,
                "{kernel:?} {answer:?} {defined:?}"
            );
            let here: Vec<u32> = answer.iter().map(|number| number.to_bits()).collect();
            assert!(bits.as_ref().is_none_or(|bits| *bits == here), "{kernel:?} {answer:?}");
            bits = Some(here);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn bit_vectors_reach_the_leaves_that_a_walk_reaches(recipe in recipes(1..65)) {
        check(&recipe, false);
    }

    #[test]
    fn small_trees_too(recipe in recipes(1..9)) {
        check(&recipe, false);
    }

    #[test]
    fn eight_walks_at_once_reach_the_leaves_of_one(recipe in recipes(1..200)) {
        check(&recipe, true);
    }
}

#[test]
fn the_kernels_of_this_machine_are_tested() {
    // Which ones depends on the machine; the scalar one is always there.
    let here: Vec<&str> =
        Kernel::ALL.iter().filter(|kernel| kernel.is_here()).map(|kernel| kernel.name()).collect();
    println!("kernels compared: {}", here.join(", "));
    assert!(here.contains(&"scalar"));
}
