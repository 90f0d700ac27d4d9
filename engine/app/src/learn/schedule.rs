//! When the next run begins. Times are nanoseconds since 1970 UTC.

/// Returns when a run is due that follows the last by `every`: at once if there was none, or if that
/// time has passed. A last run in the future, by a clock that was set back, counts as one of now.
pub(super) fn due(now: u64, last: Option<u64>, every: u64) -> u64 {
    last.map_or(now, |last| last.min(now).saturating_add(every).max(now))
}

#[cfg(test)]
mod tests {
    use super::due;

    #[test]
    fn a_run_follows_the_last_and_never_lies_in_the_past() {
        for (now, last, at) in [
            (1_000, None, 1_000),
            (1_000, Some(990), 1_090),
            (1_000, Some(1_000), 1_100),
            (1_000, Some(900), 1_000),
            (1_000, Some(10), 1_000),
            (1_000, Some(5_000), 1_100),
        ] {
            assert_eq!(due(now, last, 100), at, "now {now}, last {last:?}");
        }
        assert_eq!(due(5, Some(5), u64::MAX), u64::MAX);
    }
}
