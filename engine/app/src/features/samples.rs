//! `gannet samples`: what our own trades teach.
//!
//! A row a round trip, at the time the order that opened it was sent, with what the features were
//! then: to the bit what the running engine saw, or would have seen with another set.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, ensure};
use gannet_control::trips::{Told, Trip, Trips};
use gannet_journal::Body;
use gannet_types::{
    ExecKind, Input, Instrument, InstrumentId, Nanos, Notional, OrderId, Output, RequestKind, Side,
};

use super::args::SamplesArgs;
use super::journal::Again;
use super::table::{Column, Time, Values, features};
use super::write::write_table;
use super::{FeatureSet, answer, time};

/// What is said of a journal without one; `gannet learn` tells it from a failure.
pub(crate) const NO_TRADE: &str = "has no trade";

/// What was known when an order was sent.
#[derive(Clone, Debug, Default)]
struct Decision {
    time: Nanos,
    frame: Vec<Option<f64>>,
}

/// Writes the samples of a journal.
///
/// # Errors
/// If it is no journal, is damaged, has no features and none are asked for, or holds no trade.
pub fn samples(args: &SamplesArgs) -> anyhow::Result<()> {
    let set = args.set.as_deref().map(FeatureSet::load).transpose()?;
    let (set, instruments, trips) = read(&args.journal, set)?;
    ensure!(!trips.is_empty(), "journal {} {NO_TRADE}", args.journal.display());
    write(&set, &instruments, &trips, &args.output)?;
    let closed = trips.iter().filter(|trip| trip.closed.is_some()).count();
    answer(&format!(
        "closed={closed} open={} columns={} schema={}\n",
        trips.len() - closed,
        set.features().len(),
        set.schema_hash()
    ))
}

/// Returns the trips of a journal, by the time they were decided.
fn read(
    directory: &Path,
    set: Option<FeatureSet>,
) -> anyhow::Result<(FeatureSet, Vec<Instrument>, Vec<Trip<Decision>>)> {
    let (mut again, mut reader) = Again::open(directory, set)?;
    let mut decisions: BTreeMap<OrderId, Decision> = BTreeMap::new();
    let (mut trips, mut all) = (Trips::new(again.instruments.len()), Vec::new());
    // The order that the last report was about.
    let mut traded = OrderId(0);
    let name = || format!("journal {}", directory.display());
    while let Some(record) = reader.next().with_context(name)? {
        again.see(&record);
        match record.body {
            Body::Input(Input::Execution(report)) if report.kind != ExecKind::CancelRejected => {
                traded = report.client_order_id.order();
            }
            Body::Output(Output::Order(order)) if order.kind == RequestKind::New => {
                let frame = again.frame(order.instrument);
                decisions
                    .insert(order.client_order_id.order(), Decision { time: record.time, frame });
            }
            Body::Output(Output::Position(report)) => {
                // Of an order that was sent before the journal began nothing is known.
                let told = trips.on_position(record.time, &report, || {
                    let unknown = || Decision { time: record.time, frame: Vec::new() };
                    decisions.get(&traded).cloned().unwrap_or_else(unknown)
                });
                take(&mut all, told);
            }
            _ => {}
        }
    }
    all.extend(trips.open().cloned());
    all.sort_by_key(|trip| trip.decision.time);
    Ok((again.set, again.instruments, all))
}

/// Adds a trip that is over, or puts a corrected one in its place.
fn take(all: &mut Vec<Trip<Decision>>, told: Option<Told<Decision>>) {
    match told {
        Some(Told::Closed(trip)) => all.push(trip),
        Some(Told::Corrected { was, now }) => {
            let place = all.iter().rposition(|trip| trip.instrument == was.instrument);
            if let Some(place) = place {
                all[place] = now;
            }
        }
        None => {}
    }
}

fn write(
    set: &FeatureSet,
    instruments: &[Instrument],
    trips: &[Trip<Decision>],
    output: &Path,
) -> anyhow::Result<()> {
    let of = |id: InstrumentId| &instruments[usize::from(id.0)];
    let at = |moment: Nanos| -> Time { (time::utc(moment), moment) };
    let times: Vec<Time> = trips.iter().map(|trip| at(trip.decision.time)).collect();
    let exits: Vec<Option<Time>> = trips.iter().map(|trip| trip.closed.map(at)).collect();
    let symbols: Vec<String> =
        trips.iter().map(|trip| of(trip.instrument).symbol.to_string()).collect();
    let symbols: Vec<&str> = symbols.iter().map(String::as_str).collect();
    let sides: Vec<&str> =
        trips.iter().map(|trip| if trip.side == Side::Buy { "buy" } else { "sell" }).collect();
    let number = |value: &dyn Fn(&Trip<Decision>) -> Option<f64>| -> Vec<Option<f64>> {
        trips.iter().map(value).collect()
    };
    let money = |trip: &Trip<Decision>, amount: Notional| of(trip.instrument).money_f64(amount);
    let quantity = number(&|trip| Some(of(trip.instrument).lot.f64_of(trip.lots.0)));
    let price = number(&|trip| {
        let (units, decimals) = of(trip.instrument).tick.parts();
        let basis = of(trip.instrument).valuation().basis(trip.value, trip.lots)?;
        let scale = trip.lots.0 as f64 * 10_f64.powi(i32::from(decimals));
        Some(basis.0 as f64 * units as f64 / scale)
    });
    let closed = |trip: &Trip<Decision>, value: f64| trip.closed.map(|_| value);
    let profit = number(&|trip| Some(money(trip, trip.profit)));
    let fees = number(&|trip| Some(money(trip, trip.fees)));
    let gain = number(&|trip| closed(trip, trip.return_percent()));
    let frames: Vec<Vec<Option<f64>>> = (0..set.features().len())
        .map(|index| {
            trips.iter().map(|trip| trip.decision.frame.get(index).copied().flatten()).collect()
        })
        .collect();
    let mut columns = vec![
        Column { name: "time", values: Values::Times(&times) },
        Column { name: "exit_time", values: Values::TimesToCome(&exits) },
        Column { name: "instrument", values: Values::Words(&symbols) },
        Column { name: "side", values: Values::Words(&sides) },
        Column { name: "quantity", values: Values::Numbers(&quantity) },
        Column { name: "entry_price", values: Values::Numbers(&price) },
        Column { name: "profit", values: Values::Numbers(&profit) },
        Column { name: "fees", values: Values::Numbers(&fees) },
        Column { name: "return_percent", values: Values::Numbers(&gain) },
    ];
    columns.extend(features(&frames, set));
    write_table(&columns, set, output)
}
