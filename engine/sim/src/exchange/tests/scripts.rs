//! Orders, trades and books as scripts, and the reports they lead to.

use super::*;
use crate::Fees;
use crate::exchange::history::DONE_ORDERS_MAX;

pub(super) const BOOK: &str = "book 100x5 99x7 98x9 | 101x5 102x6 103x8";

#[track_caller]
pub(super) fn on_book(script: &str, expected: &[&str]) {
    check(&format!("{BOOK}; {script}"), expected);
}

#[test]
fn taking_walks_the_levels() {
    on_book("buy 1 3@101", &["New 1 0/3", "Trade 1 3@101 taker 3/0"]);
    on_book("buy 1 12@102", &["New 1 0/12", "Trade 1 5@101 taker 5/7", "Trade 1 6@102 taker 11/1"]);
    on_book("sell 1 6@*", &["New 1 0/6", "Trade 1 5@100 taker 5/1", "Trade 1 1@99 taker 6/0"]);
    on_book(
        "sell 1 30@*",
        &[
            "New 1 0/30",
            "Trade 1 5@100 taker 5/25",
            "Trade 1 7@99 taker 12/18",
            "Trade 1 9@98 taker 21/9",
            "Canceled 1 21/0",
        ],
    );
}

#[test]
fn displayed_size_is_taken_once_until_it_changes() {
    let first = ["New 1 0/4", "Trade 1 4@101 taker 4/0"];
    let with = |rest: &[&'static str]| [&first[..], rest].concat();
    let nothing = ["New 2 0/4", "Trade 2 1@101 taker 1/3", "Canceled 2 1/0"];
    on_book("buy 1 4@101; buy 2 4@101 ioc", &with(&nothing));
    on_book("buy 1 4@101; set 99x1 |; top 100x5 101x5; buy 2 4@101 ioc", &with(&nothing));
    let again = ["New 2 0/4", "Trade 2 4@101 taker 4/0"];
    on_book("buy 1 4@101; set | 101x6; buy 2 4@101 ioc", &with(&again));
    on_book("buy 1 4@101; top 100x5 101x4; buy 2 4@101 ioc", &with(&again));
}

#[test]
fn times_in_force() {
    on_book("buy 1 7@101 ioc", &["New 1 0/7", "Trade 1 5@101 taker 5/2", "Canceled 1 5/0"]);
    on_book("buy 1 7@100 ioc", &["New 1 0/7", "Canceled 1 0/0"]);
    on_book("buy 1 12@102 fok", &["New 1 0/12", "Canceled 1 0/0"]);
    on_book(
        "buy 1 11@102 fok",
        &["New 1 0/11", "Trade 1 5@101 taker 5/6", "Trade 1 6@102 taker 11/0"],
    );
    on_book("buy 1 20@* fok", &["New 1 0/20", "Canceled 1 0/0"]);
    on_book("buy 1 2@101 post", &["Rejected 1 0/0 WouldTake"]);
    on_book("sell 1 2@* post", &["Rejected 1 0/0 WouldTake"]);
    on_book("buy 1 2@100 post", &["New 1 0/2"]);
}

#[test]
fn resting_orders_wait_for_those_ahead() {
    on_book("buy 1 10@100; sold 100x5", &["New 1 0/10"]);
    on_book("buy 1 10@100; sold 100x8", &["New 1 0/10", "Trade 1 3@100 maker 3/7"]);
    on_book(
        "buy 1 10@100; sold 100x4; sold 100x4; sold 100x20",
        &["New 1 0/10", "Trade 1 3@100 maker 3/7", "Trade 1 7@100 maker 10/0"],
    );
    // Buyers take from the other side.
    on_book("buy 1 10@100; bought 100x50", &["New 1 0/10"]);
    // Nobody is ahead of a better price.
    check("book 100x5 | 105x5; buy 1 4@102; sold 102x3", &["New 1 0/4", "Trade 1 3@102 maker 3/1"]);
}

#[test]
fn a_trade_beyond_our_price_fills_up_to_its_size() {
    on_book("buy 1 10@100; sold 99x4", &["New 1 0/10", "Trade 1 4@100 maker 4/6"]);
    on_book("sell 1 3@102; bought 103x9", &["New 1 0/3", "Trade 1 3@102 maker 3/0"]);
}

#[test]
fn a_trade_beyond_our_price_leaves_nobody_ahead() {
    on_book(
        "buy 1 9@100; sold 99x4; sold 100x3",
        &["New 1 0/9", "Trade 1 4@100 maker 4/5", "Trade 1 3@100 maker 7/2"],
    );
}

#[test]
fn one_trade_serves_several_orders_once() {
    on_book(
        "buy 1 2@100; buy 2 9@100; buy 3 1@99; sold 100x9",
        &[
            "New 1 0/2",
            "New 2 0/9",
            "New 3 0/1",
            "Trade 1 2@100 maker 2/0",
            "Trade 2 2@100 maker 2/7",
        ],
    );
    // The better price comes first although it came later.
    on_book(
        "buy 1 4@98; buy 2 4@99; sold 97x5",
        &["New 1 0/4", "New 2 0/4", "Trade 2 4@99 maker 4/0", "Trade 1 1@98 maker 1/3"],
    );
}

#[test]
fn an_opposite_best_that_reaches_us_fills_us() {
    on_book("buy 1 3@100; top 99x7 100x2", &["New 1 0/3", "Trade 1 2@100 maker 2/1"]);
    on_book("sell 1 3@102; set 102x9 | 101x0 102x0", &["New 1 0/3", "Trade 1 3@102 maker 3/0"]);
    // Displayed once, taken once.
    on_book(
        "buy 1 3@100; top 99x7 100x2; set 98x1 |; top 99x7 100x2; top 99x7 100x3",
        &["New 1 0/3", "Trade 1 2@100 maker 2/1", "Trade 1 1@100 maker 3/0"],
    );
}

#[test]
fn cancels_ahead_count_as_the_model_says() {
    let script = format!("{BOOK}; buy 1 4@98; set 98x19 |; set 98x9 |; sold 98x6");
    check(&script, &["New 1 0/4"]);
    let proportional =
        ExchangeConfig { queue: QueueModel::PROPORTIONAL, ..ExchangeConfig::default() };
    // Ten of nineteen cancelled: 9 * 9 / 19 = 4.26 lots are ahead of us, and 1.74 of six reach us.
    check_with(proportional, &script, &["New 1 0/4", "Trade 1 2@98 maker 2/2"]);
    on_book("buy 1 4@98; set 98x2 |; sold 98x3", &["New 1 0/4", "Trade 1 1@98 maker 1/3"]);
}

#[test]
fn a_message_about_another_price_does_not_make_a_trade_a_cancel() {
    let proportional =
        ExchangeConfig { queue: QueueModel::PROPORTIONAL, ..ExchangeConfig::default() };
    // Five ahead and five behind; three trade, and only the third message shows it.
    let script = format!("{BOOK}; buy 1 4@100; set 100x10 |; sold 100x3");
    let shown = |messages| format!("{script}; {messages}; set 100x7 |; sold 100x2");
    for messages in ["set 99x1 |", "top 100x10 101x3", "set 99x1 |; top 100x10 101x3"] {
        check_with(proportional.clone(), &shown(messages), &["New 1 0/4"]);
    }
    // A message that names the price shows it: three came anew. Three of ten are cancelled then,
    // of which two stood ahead: 1.4 are left.
    check_with(proportional, &shown("set 100x10 |"), &["New 1 0/4", "Trade 1 1@100 maker 1/3"]);
}

#[test]
fn cancels() {
    on_book("buy 1 4@99; cancel 2 1", &["New 1 0/4", "Canceled 2 0/0"]);
    on_book(
        "buy 1 9@100; sold 100x6; cancel 2 1; sold 100x9",
        &["New 1 0/9", "Trade 1 1@100 maker 1/8", "Canceled 2 1/0"],
    );
    on_book("cancel 2 1", &["CancelRejected 2 0/0 UnknownOrder"]);
    on_book(
        "buy 1 4@101; cancel 2 1",
        &["New 1 0/4", "Trade 1 4@101 taker 4/0", "CancelRejected 2 4/0 TooLate"],
    );
    on_book(
        "buy 1 4@99; cancel 2 1; cancel 2 1; cancel 3 1",
        &[
            "New 1 0/4",
            "Canceled 2 0/0",
            "CancelRejected 2 0/0 DuplicateId",
            "CancelRejected 3 0/0 TooLate",
        ],
    );
    // The venue replaced it while the cancel of the first id was on its way.
    on_book(
        "buy 1 4@99; replace 2 1 5@98; cancel 3 1",
        &["New 1 0/4", "Replaced 2 0/5", "Canceled 3 0/0"],
    );
}

#[test]
fn replacements_keep_or_lose_their_place() {
    // Smaller at the same price: five ahead, then us.
    on_book(
        "buy 1 10@100; set 100x50 |; replace 2 1 6@100; sold 100x9",
        &["New 1 0/10", "Replaced 2 0/6", "Trade 2 4@100 maker 4/2"],
    );
    // Larger: behind all fifty.
    on_book(
        "buy 1 10@100; set 100x50 |; replace 2 1 12@100; sold 100x9",
        &["New 1 0/10", "Replaced 2 0/12"],
    );
    // The size counts what was filled.
    on_book(
        "buy 1 10@100; sold 100x8; replace 2 1 4@100; sold 100x8",
        &["New 1 0/10", "Trade 1 3@100 maker 3/7", "Replaced 2 3/1", "Trade 2 1@100 maker 4/0"],
    );
    on_book(
        "buy 1 10@100; replace 2 1 10@101; replace 3 2 11@99",
        &["New 1 0/10", "Replaced 2 0/10", "Trade 2 5@101 taker 5/5", "Replaced 3 5/6"],
    );
}

#[test]
fn refused_replacements_leave_the_order() {
    on_book(
        "buy 1 9@100; sold 100x8; replace 2 1 3@100; replace 3 1 0@100; replace 4 1 9@0; status 1",
        &[
            "New 1 0/9",
            "Trade 1 3@100 maker 3/6",
            "CancelRejected 2 3/6 TooLate",
            "CancelRejected 3 3/6 BadSize",
            "CancelRejected 4 3/6 BadPrice",
            "Status 1 3/6",
        ],
    );
    on_book(
        "buy 1 9@100 post; replace 2 1 9@101; replace 2 1 9@99; replace 3 7 1@99",
        &[
            "New 1 0/9",
            "CancelRejected 2 0/9 WouldTake",
            "CancelRejected 2 0/9 DuplicateId",
            "CancelRejected 3 0/0 UnknownOrder",
        ],
    );
}

#[test]
fn refused_orders() {
    on_book("buy 1 0@100", &["Rejected 1 0/0 BadSize"]);
    on_book("buy 1 -3@*", &["Rejected 1 0/0 BadSize"]);
    on_book("buy 1 3@0", &["Rejected 1 0/0 BadPrice"]);
    on_book(
        "buy 1 3@99; buy 1 3@99; status 1",
        &["New 1 0/3", "Rejected 1 0/0 DuplicateId", "Status 1 0/3"],
    );
    on_book("buy 1 0@99; buy 1 3@99", &["Rejected 1 0/0 BadSize", "Rejected 1 0/0 DuplicateId"]);
    check("buy 1 3@99", &["Rejected 1 0/0 StaleBook"]);
    let mut bench = Bench::new(ExchangeConfig::default());
    step(&mut bench, BOOK);
    let wanted = TimeInForce::GoodTillCancel;
    let mut order = request(RequestKind::New, (1, 1), Side::Buy, 1, Some(99), wanted);
    order.instrument = InstrumentId(9);
    bench.request(&order);
    assert_eq!(
        bench.reports().iter().map(line).collect::<Vec<_>>(),
        ["Rejected 1 0/0 UnknownInstrument"]
    );
}

#[test]
fn another_account_cannot_touch_an_order() {
    let mut bench = Bench::new(ExchangeConfig::default());
    step(&mut bench, BOOK);
    step(&mut bench, "buy 1 3@99");
    let wanted = TimeInForce::GoodTillCancel;
    let mut cancel = request(RequestKind::Cancel, (2, 1), Side::Buy, 0, Some(0), wanted);
    cancel.account = AccountId(9);
    bench.reports();
    bench.request(&cancel);
    let lines: Vec<String> = bench.reports().iter().map(line).collect();
    assert_eq!(lines, ["CancelRejected 2 0/0 UnknownOrder"]);
    assert_eq!(bench.exchange.open_orders().count(), 1);
}

#[test]
fn a_stale_feed_keeps_orders_and_takes_none() {
    on_book(
        "buy 1 3@100; stale; sold 100x50; buy 2 1@99; replace 3 1 3@99; book 100x2 | 101x1; sold 100x4",
        &[
            "New 1 0/3",
            "Rejected 2 0/0 StaleBook",
            "CancelRejected 3 0/3 StaleBook",
            "Trade 1 2@100 maker 2/1",
        ],
    );
    on_book("buy 1 3@100; stale; cancel 2 1", &["New 1 0/3", "Canceled 2 0/0"]);
}

#[test]
fn status_of_any_order() {
    on_book("status 1", &["Rejected 1 0/0 UnknownOrder"]);
    on_book("buy 1 3@0; status 1", &["Rejected 1 0/0 BadPrice", "Rejected 1 0/0 BadPrice"]);
    on_book("buy 1 3@99; cancel 2 1; status 1", &["New 1 0/3", "Canceled 2 0/0", "Canceled 1 0/0"]);
    on_book("buy 1 3@101; status 1", &["New 1 0/3", "Trade 1 3@101 taker 3/0", "Status 1 3/0"]);
    on_book(
        "buy 1 3@99; replace 2 1 4@98; status 2; status 1",
        &["New 1 0/3", "Replaced 2 0/4", "Status 2 0/4", "Status 1 0/4"],
    );
}

#[test]
fn the_newest_best_prices_overrule_the_book() {
    // The old best levels are gone before a depth message says so.
    on_book(
        "top 98x4 99x3; buy 1 9@101 ioc",
        &["New 1 0/9", "Trade 1 3@99 taker 3/6", "Trade 1 5@101 taker 8/1", "Canceled 1 8/0"],
    );
}

#[test]
fn the_two_streams_are_put_in_order() {
    // (newer message, older message that comes late, order, its reports)
    let cases = [
        ("top 98x4 99x3", "set 100x8 |", "sell 1 9@98 ioc", "Trade 1 4@98 taker 4/5"),
        ("set 98x8 |", "top 90x1 95x1", "buy 1 9@101 ioc", "Trade 1 5@101 taker 5/4"),
    ];
    for (newer, older, order, trade) in cases {
        let mut bench = Bench::new(ExchangeConfig::default());
        step(&mut bench, BOOK);
        bench.update_id = 10;
        step(&mut bench, newer);
        bench.update_id = 5;
        step(&mut bench, older);
        step(&mut bench, order);
        let lines: Vec<String> = bench.reports().iter().map(line).collect();
        assert_eq!(lines[1], trade, "{newer}; {older}");
        assert_eq!(lines.len(), 3);
    }
}

#[test]
fn reports_carry_money_names_and_times() {
    let config = ExchangeConfig {
        latency_in: Latency::Even { base: Nanos(300), jitter: Nanos(50) },
        latency_out: Latency::Even { base: Nanos(200), jitter: Nanos(0) },
        fees: Fees { maker_ppm: 200, taker_ppm: 500 }.into(),
        ..ExchangeConfig::default()
    };
    let mut bench = Bench::new(config);
    step(&mut bench, "book 10000x5 | 10001x5");
    step(&mut bench, "buy 7 2@10001");
    let sent = bench.now;
    assert_eq!(bench.exchange.poll(sent.after(Nanos(499))), None);
    let arrived = bench.exchange.next_time().expect("a report").0 - 200;
    assert!((sent.0 + 300..=sent.0 + 350).contains(&arrived));
    let reports = bench.reports();
    assert_eq!(bench.now, Nanos(arrived + 200));
    let trade = reports[1];
    assert_eq!((trade.transact_time, trade.received), (Nanos(arrived), Nanos::ZERO));
    // 20,002 ticks × lots at 500 millionths are 10.001, rounded up.
    assert_eq!(trade.fee.0, 11);
    assert_eq!(
        (trade.exec_id.as_bytes(), reports[0].exec_id.as_bytes()),
        (&b"E000000000002"[..], &b"E000000000001"[..])
    );
    assert_eq!(trade.venue_order_id.as_bytes(), b"O000000000001");
    assert_eq!(trade.gateway, GatewayId(1));
    assert_eq!(bench.exchange.position(ACCOUNT, INSTRUMENT), Lots(2));
    assert_eq!(bench.exchange.position(AccountId(0), INSTRUMENT), Lots(0));
}

#[test]
fn an_order_meets_the_book_of_its_arrival() {
    let latency_in = Latency::Even { base: Nanos(100), jitter: Nanos(0) };
    let mut bench = Bench::new(ExchangeConfig { latency_in, ..ExchangeConfig::default() });
    step(&mut bench, BOOK);
    step(&mut bench, "buy 1 3@101 ioc");
    step(&mut bench, "set | 101x0");
    let lines: Vec<String> = bench.reports().iter().map(line).collect();
    assert_eq!(lines, ["New 1 0/3", "Canceled 1 0/0"]);
}

#[test]
fn old_orders_are_forgotten() {
    let mut bench = Bench::new(ExchangeConfig::default());
    step(&mut bench, BOOK);
    let wanted = TimeInForce::GoodTillCancel;
    for id in 0..=DONE_ORDERS_MAX as u64 {
        bench.request(&request(RequestKind::New, (id, id), Side::Buy, 0, Some(99), wanted));
    }
    bench.reports();
    step(&mut bench, "status 1");
    step(&mut bench, "status 0");
    let lines: Vec<String> = bench.reports().iter().map(line).collect();
    assert_eq!(lines, ["Rejected 1 0/0 BadSize", "Rejected 0 0/0 UnknownOrder"]);
}

#[test]
fn a_stop_waits_for_its_price() {
    let set_off = ["New 1 0/4", "Triggered 1 0/4", "Trade 1 4@101 taker 4/0"];
    on_book("buy 1 4@* stop 103; bought 102x1", &set_off[..1]);
    on_book("buy 1 4@* stop 103; bought 103x1", &set_off);
    on_book("buy 1 4@* stop 103; sold 104x1", &set_off);
    // A market that has passed it sets it off without a trade.
    let passed = ["New 1 0/4", "Triggered 1 0/4", "Trade 1 4@104 taker 4/0"];
    on_book("buy 1 4@* stop 103; book 103x5 | 104x5", &passed);
    on_book("buy 1 4@* stop 100", &set_off);
    // The other way round, and what the book does not have is cancelled.
    on_book(
        "sell 1 30@* stop 98; sold 99x1; sold 98x1",
        &[
            "New 1 0/30",
            "Triggered 1 0/30",
            "Trade 1 5@100 taker 5/25",
            "Trade 1 7@99 taker 12/18",
            "Trade 1 9@98 taker 21/9",
            "Canceled 1 21/0",
        ],
    );
}

#[test]
fn a_stop_limit_rests_where_its_limit_is() {
    on_book(
        "buy 1 9@101 stop 103; bought 103x1; sold 101x3",
        &["New 1 0/9", "Triggered 1 0/9", "Trade 1 5@101 taker 5/4", "Trade 1 3@101 maker 8/1"],
    );
}

#[test]
fn a_waiting_stop_is_cancelled_told_and_replaced_like_any_order() {
    on_book("buy 1 4@* stop 103; cancel 2 1; bought 103x1", &["New 1 0/4", "Canceled 2 0/0"]);
    on_book("buy 1 4@* stop 103; status 1", &["New 1 0/4", "Status 1 0/4"]);
    on_book(
        "buy 1 4@102 stop 103; replace 2 1 6@101; bought 103x1",
        &["New 1 0/4", "Replaced 2 0/6", "Triggered 2 0/6", "Trade 2 5@101 taker 5/1"],
    );
    on_book("buy 1 4@* stop 0", &["Rejected 1 0/0 BadTerms"]);
}

#[test]
fn a_dated_order_ends_at_its_time() {
    on_book("buy 1 4@100 until 5000", &["New 1 0/4", "Expired 1 0/0"]);
    on_book("buy 1 4@* stop 103 until 5000", &["New 1 0/4", "Expired 1 0/0"]);
    on_book("buy 1 4@101 until 5000", &["New 1 0/4", "Trade 1 4@101 taker 4/0"]);
    on_book("buy 1 4@100 until 5", &["Rejected 1 0/0 BadTerms"]);
    on_book(
        "buy 1 4@100 until 5000; status 1; cancel 2 1",
        &["New 1 0/4", "Expired 1 0/0", "Expired 1 0/0", "CancelRejected 2 0/0 TooLate"],
    );
}

#[test]
fn a_trailing_stop_follows_one_way() {
    let sold = ["New 1 0/4", "Triggered 1 0/4", "Trade 1 4@100 taker 4/0"];
    // It begins two below the best ask, and higher trades pull it up; what falls back sets it off.
    on_book("sell 1 4@* trail 2; sold 100x1", &sold[..1]);
    on_book("sell 1 4@* trail 2; sold 99x1", &sold);
    on_book("sell 1 4@* trail 2; bought 102x1; sold 101x1", &sold[..1]);
    on_book("sell 1 4@* trail 2; bought 102x1; sold 100x1", &sold);
    let bought = ["New 1 0/4", "Triggered 1 0/4", "Trade 1 4@101 taker 4/0"];
    on_book("buy 1 4@* trail 2; bought 101x1", &bought[..1]);
    on_book("buy 1 4@* trail 2; bought 102x1", &bought);
    on_book("buy 1 4@* trail 2; sold 99x1; bought 100x1", &bought[..1]);
    on_book("buy 1 4@* trail 2; sold 99x1; bought 101x1", &bought);
    // The best price of its own side pulls as well, and a price of its own is where it begins.
    on_book("sell 1 4@* trail 2; book 103x9 | 104x9; sold 103x1", &sold[..1]);
    let higher = ["New 1 0/4", "Triggered 1 0/4", "Trade 1 4@103 taker 4/0"];
    on_book("sell 1 4@* trail 2; book 103x9 | 104x9; sold 102x1", &higher);
    on_book("sell 1 4@* stop 100 trail 2; sold 100x1", &sold);
    on_book("sell 1 4@* trail 0", &["Rejected 1 0/0 BadTerms"]);
}

#[test]
fn a_trailing_stop_is_cancelled_told_and_ends_like_any_order() {
    on_book("sell 1 4@* trail 2; cancel 2 1; sold 90x1", &["New 1 0/4", "Canceled 2 0/0"]);
    on_book("sell 1 4@* trail 2; status 1", &["New 1 0/4", "Status 1 0/4"]);
    on_book("sell 1 4@* trail 2 until 5000", &["New 1 0/4", "Expired 1 0/0"]);
    // A feed that breaks off moves nothing.
    on_book("sell 1 4@* trail 2; stale; sold 90x1", &["New 1 0/4"]);
}

#[test]
fn a_peg_stands_where_the_market_is() {
    on_book("buy 1 4@* peg primary; sold 100x7", &["New 1 0/4", "Trade 1 2@100 maker 2/2"]);
    on_book("buy 1 4@* peg primary by -1; sold 99x9", &["New 1 0/4", "Trade 1 2@99 maker 2/2"]);
    // Half a tick goes away from the other side.
    let wide = "book 100x5 | 103x5";
    check(
        &format!("{wide}; buy 1 4@* peg mid; sold 101x3"),
        &["New 1 0/4", "Trade 1 3@101 maker 3/1"],
    );
    check(
        &format!("{wide}; sell 1 4@* peg mid; bought 102x3"),
        &["New 1 0/4", "Trade 1 3@102 maker 3/1"],
    );
    on_book("buy 1 4@* peg market", &["New 1 0/4", "Trade 1 4@101 taker 4/0"]);
    on_book("buy 1 4@100 peg market", &["New 1 0/4"]);
    on_book(
        "sold 100x1; sell 1 4@* peg last by 2; bought 102x8",
        &["New 1 0/4", "Trade 1 2@102 maker 2/2"],
    );
}

#[test]
fn a_peg_moves_with_the_market_and_joins_behind() {
    // At 102 it stands behind nine, not at 100 behind five; and back.
    let up = "buy 1 4@* peg primary; book 102x9 | 103x5";
    on_book(&format!("{up}; sold 102x9"), &["New 1 0/4"]);
    on_book(&format!("{up}; sold 102x11"), &["New 1 0/4", "Trade 1 2@102 maker 2/2"]);
    let down = format!("{up}; book 100x3 | 103x5");
    on_book(&format!("{down}; sold 100x4"), &["New 1 0/4", "Trade 1 1@100 maker 1/3"]);
    // Capped, it stays behind the market.
    on_book("buy 1 4@100 peg primary; book 102x9 | 103x5; sold 101x9", &["New 1 0/4"]);
    // The side it follows is gone: it stays.
    on_book("buy 1 4@* peg primary; set 100x0 99x0 98x0 |", &["New 1 0/4"]);
    on_book("buy 1 4@* peg primary; cancel 2 1", &["New 1 0/4", "Canceled 2 0/0"]);
    on_book(
        "buy 1 4@* peg primary; replace 2 1 6@99; sold 98x9",
        &["New 1 0/4", "Replaced 2 0/6", "Trade 2 6@99 maker 6/0"],
    );
}

#[test]
fn what_the_venue_cannot_do_is_refused_by_name() {
    on_book("buy 1 4@100 close", &["Rejected 1 0/0 TimeInForceUnsupported"]);
    on_book("buy 1 4@* peg last", &["Rejected 1 0/0 StaleBook"]);
    check("book 100x5 |; sell 1 4@* peg mid", &["Rejected 1 0/0 StaleBook"]);
}
