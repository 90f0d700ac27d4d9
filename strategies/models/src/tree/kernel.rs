//! Which vector instructions evaluate the bit-vectors, and the scalar code that defines them.

#[cfg(target_arch = "x86_64")]
use super::avx2;
use super::bitvector::{Exits, LANES, Pair};
use super::columns::{Ranker, Ranks};

/// The instructions that a bit-vector evaluator uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// Plain code, for every machine.
    Scalar,
    /// 32 nodes at once.
    Avx2,
}

impl Kernel {
    /// All kernels, the fastest first.
    pub const ALL: [Self; 2] = [Self::Avx2, Self::Scalar];

    /// Returns the fastest kernel that the machine has.
    #[must_use]
    pub fn detect() -> Self {
        Self::ALL.into_iter().find(|kernel| kernel.is_here()).unwrap_or(Self::Scalar)
    }

    /// Returns whether the machine has what the kernel needs.
    #[must_use]
    pub fn is_here(self) -> bool {
        #[cfg(target_arch = "x86_64")]
        {
            match self {
                Self::Scalar => true,
                Self::Avx2 => {
                    is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt")
                }
            }
        }
        #[cfg(not(target_arch = "x86_64"))]
        {
            self == Self::Scalar
        }
    }

    /// Returns the name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Avx2 => "AVX2",
        }
    }
}

/// Ranks a row in every column.
///
/// # Panics
/// If the row is shorter than a feature's index, or the machine lacks the kernel.
pub(super) fn rank(kernel: Kernel, ranker: &Ranker, row: &[f32], ranks: &mut Ranks) {
    match kernel {
        Kernel::Scalar => ranker.rank(row, ranks),
        #[cfg(target_arch = "x86_64")]
        // SAFETY: whoever chose the kernel asked `is_here`.
        Kernel::Avx2 => unsafe { avx2::rank(ranker, row, ranks) },
        #[cfg(not(target_arch = "x86_64"))]
        Kernel::Avx2 => unreachable!("is_here said no"),
    }
}

/// Finds the leaf that a row reaches in each of 32 trees. `blocks` is 1, 2, 4, 8 or 16 times
/// sixteen columns.
pub(super) fn exits<const P: usize>(
    kernel: Kernel,
    ranks: &Ranks,
    blocks: usize,
    pairs: &[Pair<P>],
) -> Exits {
    match kernel {
        Kernel::Scalar => scalar(ranks, pairs),
        #[cfg(target_arch = "x86_64")]
        // SAFETY: whoever chose the kernel asked `is_here`.
        Kernel::Avx2 => unsafe { avx2::exits(ranks, blocks, pairs) },
        #[cfg(not(target_arch = "x86_64"))]
        Kernel::Avx2 => unreachable!("is_here said no"),
    }
}

/// The definition: what the vector kernels must find.
fn scalar<const P: usize>(ranks: &Ranks, pairs: &[Pair<P>]) -> Exits {
    let mut possible = [[u8::MAX; 2 * LANES]; P];
    for pair in pairs {
        let mut yes = [0_u8; 2 * LANES];
        for (lane, yes) in yes.iter_mut().enumerate() {
            let rank = ranks.0[usize::from(pair.column[lane])];
            *yes = if rank <= pair.rank[lane] { u8::MAX } else { 0 };
        }
        for (possible, keep) in possible.iter_mut().zip(&pair.keep) {
            for lane in 0..2 * LANES {
                possible[lane] &= yes[lane] | keep[lane];
            }
        }
    }
    let mut exits = [0; LANES];
    for (lane, exit) in exits.iter_mut().enumerate() {
        let mut first = u8::MAX;
        for (plane, possible) in possible.iter().enumerate().rev() {
            let both = possible[lane] & possible[LANES + lane];
            if both != 0 {
                let leaf = 8 * plane + both.trailing_zeros() as usize;
                first = u8::try_from(leaf).expect("at most 64 leaves");
            }
        }
        *exit = first;
    }
    exits
}
