//! Do the fills and the position agree, and why not?

use gannet_sim::{Exponent, QueueModel};
use gannet_types::{Level, Lots, MarketEvent, Side, Ticks};
use hftbacktest::backtest::ExchangeKind;
use hftbacktest::backtest::models::{
    LogProbQueueFunc, LogProbQueueFunc2, PowerProbQueueFunc, PowerProbQueueFunc2,
    PowerProbQueueFunc3, ProbQueueModel, Probability, RiskAdverseQueueModel,
};
use hftbacktest::prelude::Event;

use crate::corrected::{Corrected, Correction};
use crate::quotes::{Fill, Run};
use crate::tape::Tape;
use crate::{ours, theirs};

/// Orders that are filled at once or not at all.
const ONE: Lots = Lots(1);

/// Orders that are filled in parts.
const MANY: Lots = Lots(50);

/// Compares on one tape; returns whether all agree that are meant to.
pub fn compare(tape: &Tape) -> bool {
    let rows = tape.rows();
    println!("{} messages, {} rows of hftbacktest", tape.len(), rows.len());
    println!("orders of one lot, constant latency (fills; positions at each look)");
    println!("{:<36} {:>6} {:>6} {:>7} {:>6}", "  queue model", "ours", "theirs", "differ", "path");
    let averse =
        theirs::run(&rows, RiskAdverseQueueModel::new(), ExchangeKind::NoPartialFillExchange, ONE);
    let mut agree = row("risk averse", &ours::run(tape, QueueModel::Behind, ONE), &averse);
    let three = Exponent::new(3).expect("from 1 to 8");
    let one = Exponent::new(1).expect("from 1 to 8");
    let probable = Probable { tape, rows: &rows };
    agree &=
        probable.row("power 1, n = 1", QueueModel::Power(one), || PowerProbQueueFunc::new(1.0));
    agree &=
        probable.row("power 1, n = 3", QueueModel::Power(three), || PowerProbQueueFunc::new(3.0));
    agree &= probable
        .row("power 2, n = 3", QueueModel::PowerOfWhole(three), || PowerProbQueueFunc2::new(3.0));
    agree &= probable
        .row("power 3, n = 3", QueueModel::PowerOfAhead(three), || PowerProbQueueFunc3::new(3.0));
    agree &= probable.row("logarithm 1", QueueModel::Log, LogProbQueueFunc::new);
    agree &= probable.row("logarithm 2", QueueModel::LogOfWhole, LogProbQueueFunc2::new);
    parts(tape, &rows) && agree
}

/// The tape in both forms.
struct Probable<'a> {
    tape: &'a Tape,
    rows: &'a [Event],
}

impl Probable<'_> {
    /// Compares with a model as it is published and as it is corrected.
    fn row<P: Probability + 'static>(
        &self,
        name: &str,
        queue: QueueModel,
        probability: impl Fn() -> P,
    ) -> bool {
        let kind = || ExchangeKind::NoPartialFillExchange;
        let ours = ours::run(self.tape, queue, ONE);
        let published = theirs::run(self.rows, ProbQueueModel::new(probability()), kind(), ONE);
        let corrected = |without| {
            let model = Corrected { probability: probability(), without };
            theirs::run(self.rows, model, kind(), ONE)
        };
        row(&format!("{name}, as published"), &ours, &published);
        let agree = row(&format!("{name}, corrected"), &ours, &corrected(None));
        print!("    left out one by one:");
        for correction in Correction::ALL {
            let left = difference(&ours.fills, &corrected(Some(correction)).fills);
            print!(" {correction:?} {left}");
        }
        println!();
        agree
    }
}

/// Tells how two runs differ; returns whether they do not.
fn row(name: &str, ours: &Run, theirs: &Run) -> bool {
    let differ = difference(&ours.fills, &theirs.fills);
    let steps = ours.positions.len().min(theirs.positions.len());
    let parted = (0..steps).find(|&step| ours.positions[step] != theirs.positions[step]);
    let path = parted.map_or("equal".to_owned(), |step| format!("parts at look {step} of {steps}"));
    let (us, them) = (ours.fills.len(), theirs.fills.len());
    println!("  {name:<34} {us:>6} {them:>6} {differ:>7}  {path}");
    differ == 0 && parted.is_none() && !ours.fills.is_empty()
}

/// Returns how many fills only one of the two has; both are sorted.
fn difference(ours: &[Fill], theirs: &[Fill]) -> usize {
    let (mut one, mut other, mut common) = (0, 0, 0);
    while one < ours.len() && other < theirs.len() {
        match ours[one].cmp(&theirs[other]) {
            std::cmp::Ordering::Less => one += 1,
            std::cmp::Ordering::Greater => other += 1,
            std::cmp::Ordering::Equal => {
                (one, other, common) = (one + 1, other + 1, common + 1);
            }
        }
    }
    ours.len() + theirs.len() - 2 * common
}

/// Tells what becomes of orders that are filled in parts; returns whether ours are kept well.
fn parts(tape: &Tape, rows: &[Event]) -> bool {
    println!("orders of {} lots, risk averse", MANY.0);
    let ours = ours::run(tape, QueueModel::Behind, MANY);
    let kept = audit("ours", tape, &ours);
    for (name, kind) in [
        ("NoPartialFillExchange", ExchangeKind::NoPartialFillExchange),
        ("PartialFillExchange", ExchangeKind::PartialFillExchange),
    ] {
        audit(name, tape, &theirs::run(rows, RiskAdverseQueueModel::new(), kind, MANY));
    }
    kept
}

/// Compares fills with the position they made, and with what there was to fill them; returns
/// whether neither differs.
fn audit(name: &str, tape: &Tape, run: &Run) -> bool {
    let signed = |fill: &Fill| if fill.buys { fill.lots } else { -fill.lots };
    let filled: i64 = run.fills.iter().map(|fill| fill.lots).sum();
    let net: i64 = run.fills.iter().map(signed).sum();
    let position = run.positions.last().copied().unwrap_or(0);
    let missing = |fill: &Fill| (fill.lots - supply(tape, fill)).max(0);
    let beyond: Vec<i64> = run.fills.iter().map(missing).filter(|&lots| lots > 0).collect();
    println!(
        "  {name:<22} {:>5} fills of {filled} lots; net {net}, position {position}; \
         {} fills of more than there was, by {} lots",
        run.fills.len(),
        beyond.len(),
        beyond.iter().sum::<i64>()
    );
    net == position && beyond.is_empty()
}

/// Returns what there was at the time of a resting order's fill: trades that reach its price, and
/// what the other side of the book came to show there.
fn supply(tape: &Tape, fill: &Fill) -> i64 {
    let side = if fill.buys { Side::Buy } else { Side::Sell };
    let reaches = |price| side.reaches(Ticks(fill.price), price);
    let displayed = |levels: &[Level]| -> i64 {
        levels.iter().filter(|level| reaches(level.price)).map(|level| level.lots.0).sum()
    };
    tape.messages_at(fill.at)
        .map(|market| match market.event {
            MarketEvent::Trade(trade) if trade.aggressor != side && reaches(trade.price) => {
                trade.lots.0
            }
            MarketEvent::Depth(depth) if fill.buys => displayed(depth.asks),
            MarketEvent::Depth(depth) => displayed(depth.bids),
            MarketEvent::Trade(_)
            | MarketEvent::Top(_)
            | MarketEvent::Feed(_)
            | MarketEvent::Status(_) => 0,
        })
        .sum()
}
