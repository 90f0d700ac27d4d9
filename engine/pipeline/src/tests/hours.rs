//! Trading hours in a whole pipeline.

use crate::risk::OpenInterval;

use super::*;

#[test]
fn a_closed_market_takes_cancels_only() {
    let mut strict = config(GateMode::Auto);
    let millis = |count| Nanos::SECOND.after(Nanos::from_millis(count));
    strict.risk_setup.calendars =
        vec![vec![OpenInterval { opens: millis(100), closes: millis(1_100) }]];
    strict.risk_setup.followed = vec![Some(0)];
    strict.risk_setup.closing_window = Nanos::from_millis(200);
    strict.order_timeout = Nanos::from_millis(60_000);
    check_with(
        strict,
        "buy 98x1; wait 100; buy 97x1; new 1; fill 1 1@97; buy 96x2; new 2; wait 850; buy 95x1;
         replace 2 96x3; sell 100x1; new 3; wait 200; sell 101x1; replace 3 101x1; cancel 2",
        "Reject 0.0 OutsideHours
         New 1.0 Buy 1@97
         Position 1 realized 0
         New 2.0 Buy 2@96
         Reject 0.0 ClosingSoon
         Reject 2.0 ClosingSoon
         New 3.0 Sell 1@100
         Reject 0.0 OutsideHours
         Reject 3.0 OutsideHours
         Cancel 2.1",
    );
}
