//! What an operator of the acceptor should know: lines of text, bounded in number and in rate, so
//! that a flood of strangers fills neither memory nor the log.

use std::collections::VecDeque;

use gannet_net::limiter::TokenBucket;
use gannet_types::Nanos;

/// Lines that wait for somebody to print them.
const LINES_MAX: usize = 64;

/// Lines at once and in a second.
const BURST: u32 = 50;
const PER_SECOND: u32 = 10;

/// The lines.
#[derive(Default)]
pub(super) struct News {
    lines: VecDeque<String>,
    limit: Option<TokenBucket>,
    left_out: u64,
}

impl News {
    /// Adds a line, which is made only if there is room for it.
    pub(super) fn add(&mut self, now: Nanos, line: impl FnOnce() -> String) {
        let limit = self
            .limit
            .get_or_insert_with(|| TokenBucket::new(BURST, PER_SECOND, Nanos::SECOND.0, now.0));
        if self.lines.len() >= LINES_MAX || limit.try_take(1, now.0).is_err() {
            self.left_out += 1;
            return;
        }
        let left_out = std::mem::take(&mut self.left_out);
        if left_out > 0 {
            self.lines.push_back(format!("{left_out} lines were left out"));
        }
        self.lines.push_back(line());
    }

    /// Returns the oldest line.
    pub(super) fn take(&mut self) -> Option<String> {
        self.lines.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_counted_instead_of_told() {
        let mut news = News::default();
        let now = Nanos(5_000_000_000);
        for number in 0..1_000 {
            news.add(now, || number.to_string());
        }
        let told = std::iter::from_fn(|| news.take()).count();
        assert_eq!(told, BURST as usize);
        news.add(now.after(Nanos::SECOND), || "later".to_owned());
        assert_eq!(news.take().as_deref(), Some("950 lines were left out"));
        assert_eq!(news.take().as_deref(), Some("later"));
        assert_eq!(news.take(), None);
    }
}
