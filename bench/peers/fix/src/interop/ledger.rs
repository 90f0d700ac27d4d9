//! What reached an application: every number from 1 on, once and in order, or what went wrong.

/// What has been delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// The highest number.
    pub last: u64,
    /// Numbers that were skipped.
    pub lost: u64,
    /// Numbers that came again.
    pub twice: u64,
}

impl Delivered {
    /// Takes note of a number.
    pub fn take(&mut self, number: u64) {
        if number <= self.last {
            self.twice += 1;
            return;
        }
        self.lost += number - self.last - 1;
        self.last = number;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_and_repetitions_are_counted() {
        let mut delivered = Delivered::default();
        for number in [1, 2, 2, 5, 6, 1] {
            delivered.take(number);
        }
        assert_eq!(delivered, Delivered { last: 6, lost: 2, twice: 2 });
    }
}
