//! A venue that is silent: it is asked under the same ids, ever less often, and never given up.

use super::*;

#[test]
fn a_silent_venue_is_asked_ever_less_often_under_the_same_id() {
    let mut runner = Runner::new(config(GateMode::Auto));
    for step in ["up", "book 99 101", "live", "buy 100x1"] {
        runner.step(step);
    }
    let began = runner.now;
    runner.transcript.clear();
    let mut asked = Vec::new();
    for _ in 0..260 {
        runner.step("wait 100");
        let said = std::mem::take(&mut runner.transcript);
        let questions = said.iter().filter(|line| *line == "Status 1.0").count();
        assert!(questions <= 1 && said.iter().all(|line| !line.starts_with("New")), "{said:?}");
        if questions == 1 {
            asked.push(runner.now.since(began).0 / Nanos::MILLISECOND.0);
        }
    }
    assert_eq!(asked, [100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 19_200, 25_600]);
    // Its word makes us as patient as at first; that it never heard of it ends the order.
    runner.step("status 1");
    runner.step("cancel 1");
    runner.step("wait 100");
    runner.step("rejected 1 unknown");
    runner.transcript.retain(|line| !line.starts_with("Alarm"));
    assert_eq!(runner.transcript, ["Cancel 1.1", "Status 1.0", "Reject 1.1 UnknownOrder"]);
    assert!(runner.pipeline.is_drained());
}
