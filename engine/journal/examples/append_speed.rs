//! How fast records are appended, in nanoseconds per record.
//!
//! `cargo run --release -p gannet-journal --example append_speed [DIR]`
//!
//! Batches of 1000 appends are timed; maintenance runs between them, untimed, as it would on its
//! own thread. The digest is the head of the hash chain: equal bytes on every machine.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use gannet_journal::{JournalError, Maintenance, Options, Reader, Writer, verify_chain};
use gannet_types::{
    AccountId, ClientOrderId, Depth, DepthKind, GatewayId, Input, InstrumentId, Level, Lots,
    Market, MarketEvent, Nanos, OrderId, OrderRequest, OrderTerms, OrderType, Output, RequestKind,
    Side, StrategyId, Ticks, TimeInForce, TopOfBook,
};

/// Appends per clock reading: the clock costs less than 0.1 ns of each.
const BATCH: u64 = 1000;
/// Levels of a typical depth frame, both sides together.
const LEVELS: usize = 65;

fn main() -> ExitCode {
    let dir = std::env::args_os().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let dir = dir.join(format!("append-speed-{}", std::process::id()));
    let result = measure(dir.clone());
    let removed = std::fs::remove_dir_all(&dir);
    match (result, removed) {
        (Ok(()), Ok(())) => ExitCode::SUCCESS,
        (Err(error), _) => fail(&error.to_string()),
        (_, Err(error)) => fail(&error.to_string()),
    }
}

fn fail(text: &str) -> ExitCode {
    eprintln!("append_speed: {text}");
    ExitCode::FAILURE
}

fn measure(dir: PathBuf) -> Result<(), JournalError> {
    let (mut writer, mut maintenance) = Writer::create(&dir, Options::default())?;
    let levels: Vec<Level> = (0..LEVELS as i64).map(|n| level(60_000 - n, 10 + n)).collect();
    let (bids, asks) = levels.split_at(LEVELS / 2);
    println!("{:<14}{:>8}{:>8}{:>8}{:>8}  ns per append", "", "bytes", "p50", "p99", "max");
    run("top of book", 2000, &mut writer, &mut maintenance, |writer, n| {
        let price = 60_000 + (n % 100) as i64;
        let top = TopOfBook { update_id: n, bid: level(price, 3), ask: level(price + 1, 4) };
        writer.append_input(Nanos(n), &market(n, MarketEvent::Top(top)))
    })?;
    run("depth 65", 300, &mut writer, &mut maintenance, |writer, n| {
        let kind = DepthKind::Delta;
        let depth = Depth { update_id: n, kind, last: true, bids, asks };
        writer.append_input(Nanos(n), &market(n, MarketEvent::Depth(depth)))
    })?;
    run("order", 2000, &mut writer, &mut maintenance, |writer, n| {
        writer.append_output(Nanos(n), &Output::Order(order(n)))
    })?;
    let (records, late) = (writer.records(), writer.late_segments());
    writer.seal()?;
    let sealing = Instant::now();
    maintenance.work()?;
    println!("last seal {} ms, late segments {late}", sealing.elapsed().as_millis());
    read_back(&dir, records)?;
    let verified = verify_chain(&dir)?;
    let digest: String = verified.head[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    println!("digest {digest}, {} records in {} segments", records, verified.sealed_segments);
    Ok(())
}

fn run(
    name: &str,
    batches: u64,
    writer: &mut Writer,
    maintenance: &mut Maintenance,
    append: impl Fn(&mut Writer, u64) -> Result<u64, JournalError>,
) -> Result<(), JournalError> {
    let mut tenths = Vec::new();
    let (records, bytes) = (writer.records(), writer.bytes());
    for batch in 0..batches {
        maintenance.work()?;
        let start = Instant::now();
        for n in batch * BATCH..(batch + 1) * BATCH {
            append(writer, n)?;
        }
        tenths.push(start.elapsed().as_nanos() as u64 * 10 / BATCH);
    }
    tenths.sort_unstable();
    let at = |per_cent: usize| tenths[(tenths.len() - 1) * per_cent / 100] as f64 / 10.0;
    let size = (writer.bytes() - bytes) / (writer.records() - records);
    println!("{name:<14}{size:>8}{:>8.1}{:>8.1}{:>8.1}", at(50), at(99), at(100));
    Ok(())
}

fn read_back(dir: &std::path::Path, records: u64) -> Result<(), JournalError> {
    let mut reader = Reader::open(dir)?;
    let start = Instant::now();
    let mut count = 0;
    while reader.next()?.is_some() {
        count += 1;
    }
    assert_eq!(count, records, "everything is read back");
    let each = start.elapsed().as_nanos() as u64 / count.max(1);
    println!("read back {each} ns per record");
    Ok(())
}

fn level(price: i64, lots: i64) -> Level {
    Level { price: Ticks(price), lots: Lots(lots) }
}

fn market(n: u64, event: MarketEvent<'_>) -> Input<'_> {
    let instrument = InstrumentId(1);
    Input::Market(Market { instrument, exchange_time: Nanos(n), received: Nanos(n + 1), event })
}

fn order(n: u64) -> OrderRequest {
    let id = ClientOrderId::new(OrderId(n), 0);
    OrderRequest {
        kind: RequestKind::New,
        gateway: GatewayId(0),
        account: AccountId(0),
        strategy: StrategyId(0),
        instrument: InstrumentId(1),
        client_order_id: id,
        original: id,
        side: Side::Buy,
        order_type: OrderType::Limit,
        time_in_force: TimeInForce::PostOnly,
        price: Ticks(60_000),
        lots: Lots(5),
        terms: OrderTerms::PLAIN,
        origin: Nanos(n),
    }
}
