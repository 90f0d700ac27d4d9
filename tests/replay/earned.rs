//! What was earned, by the books of an accountant: a hedged account that pays fees and funding.

use gannet_control::accounting::{Books, Fill, Fills, Hedged, Leg, Method};
use gannet_tests::desk::Desk;
use gannet_types::{AccountId, InstrumentId, Lots, Notional};

use super::super::modes::PATIENCE;
use super::*;

/// Two strategies, each on its own side; the broker tells funding when asked.
const HEDGED: &str = r#"
    [dialect.capabilities]
    position_requests = true
    [risk]
    position_check_interval_s = 1
    [broker]
    taker_fee_ppm = 400
    funding_ppm = 500
    funding_interval_s = 60
    [[account]]
    name = "main"
    hedged = true
    [[strategies]]
    id = "trend"
    [[strategies]]
    id = "flow"
    kind = "order_flow"
    patience_ms = 0
    order_flow = { period = 20, entry_percent = 100.0 }
"#;

const ACCOUNT: AccountId = AccountId(0);
const BTC: InstrumentId = InstrumentId(0);

/// Reads the fills off a journal.
fn fills(journal: &Path) -> Fills {
    let mut fills = Fills::new(vec![Hedged { account: ACCOUNT, is_shared: true }]);
    let mut reader = Reader::open(journal).expect("a journal");
    while let Some(record) = reader.next().expect("a whole record") {
        match record.body {
            Body::Input(input) => fills.on_input(&input),
            Body::Output(Output::Position(report)) => fills.on_position(record.time, &report),
            Body::Output(Output::StrategyPosition(part)) => fills.on_part(record.time, &part),
            _ => {}
        }
    }
    fills
}

/// What the matches of a side gained, and what is open of it: lots, cost.
fn matched(fills: &Fills, leg: Leg, method: Method) -> (Notional, Notional, (Lots, Notional)) {
    let mut books = Books::new(method);
    let (mut gross, mut fees) = (Notional::ZERO, Notional::ZERO);
    for fill in fills.fills().iter().filter(|fill| fill.leg == leg) {
        books.book(fill, |found| {
            gross += found.gross();
            fees += found.fees;
        });
    }
    fees += books.open().map(|lot| lot.fee).sum();
    let lots = books.open().map(|lot| lot.lots).sum();
    (gross, fees, (lots, books.open().map(|lot| lot.cost).sum()))
}

#[test]
fn the_sides_of_a_hedged_account_earn_what_the_engine_says() {
    let mut desk = Desk::start(lively(HEDGED), 5);
    let ours = |desk: &Desk| desk.inlet.engine.pipeline().position(BTC).expect("a position");
    while ours(&desk).funding == Notional::ZERO {
        desk.play(500);
    }
    desk.play(2_000);
    let position = ours(&desk);
    let journal = desk.journal();
    let fills = fills(&journal);
    let of = |leg: Leg| move |fill: &&Fill| fill.leg == leg;
    for leg in [Leg::Long, Leg::Short] {
        assert!(fills.fills().iter().filter(of(leg)).count() > 4, "{leg:?}");
    }
    assert_eq!(fills.fills().iter().filter(of(Leg::Netted)).count(), 0);
    let paid: Notional = fills.payments().iter().map(|payment| payment.paid).sum();
    assert_eq!(paid, position.funding);
    for method in [Method::Average, Method::Fifo] {
        let sides = [Leg::Long, Leg::Short].map(|leg| matched(&fills, leg, method));
        let [(long, long_fees, open), (short, short_fees, owed)] = sides;
        assert_eq!(open.0 + owed.0, position.lots, "{method:?}");
        assert_eq!(long_fees + short_fees, position.fees, "{method:?}");
        // Whatever is closed first: what was gained and what is open together are the same.
        let ours = position.realized - position.cost;
        assert_eq!(long + short - open.1 - owed.1, ours, "{method:?}");
    }
    let folder = journal.display().to_string();
    let arguments = ["pnl", "--journal", &folder, "--method", "average"];
    let program = Path::new(env!("CARGO_BIN_EXE_gannet-under-test"));
    let ended = Process::start(program, &arguments).wait(PATIENCE);
    assert!(ended.status.success(), "{ended:#?}");
    let lines = |with: &str| ended.stdout.iter().filter(|line| line.contains(with)).count();
    assert_eq!((lines("side=long matches="), lines("side=short matches=")), (1, 1), "{ended:#?}");
    assert_eq!(lines("funding time="), fills.payments().len(), "{ended:#?}");
}
