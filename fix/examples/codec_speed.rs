//! Prints what decoding and encoding one message costs, beside the floor of reading and
//! copying the same bytes.
//!
//! `cargo run --release -p gannet-fix --example codec_speed`
//!
//! The digest changes if the results do. Best of several rounds: this is no benchmark of a
//! quiet machine but a check of the order of magnitude.

use std::hint::black_box;
use std::time::Instant;

use gannet_fix::codec::timestamp::Precision;
use gannet_fix::codec::{Decoded, Decoder, Encoder, Envelope, Replay};
use gannet_fix::{MappedStore, MemoryStore, Store, Writer, tag};

const ROUNDS: u32 = 15;
const MESSAGES: u64 = 200_000;

/// 2024-08-08 12:00:00.123456789 UTC.
const TIME: u64 = 1_723_118_400_123_456_789;

fn main() {
    let mut encoder = Encoder::new("FIX.4.4", "GANNET", "BROKER", Precision::Micros);
    let mut report = vec![0; 1024];
    let envelope = Envelope {
        msg_type: tag::msg_type::EXECUTION_REPORT,
        msg_seq_num: 1234,
        sending_time_ns: TIME,
        replay: Replay::No,
    };
    let length = encoder.encode(&mut report, &envelope, execution_report).expect("fits");
    report.truncate(length);

    let (floor_read, sum) =
        best(|_| black_box(&report).iter().map(|byte| u64::from(*byte)).sum::<u64>());
    let mut decoder = Decoder::new();
    let (decode, decoded) = best(|_| match decoder.decode(black_box(&report)) {
        Decoded::Message { message, consumed } => {
            message.msg_seq_num().unwrap_or(0) + message.fields().len() as u64 + consumed as u64
        }
        Decoded::Garbled { .. } | Decoded::Incomplete => 0,
    });
    let (fields, read) = best(|_| match decoder.decode(black_box(&report)) {
        Decoded::Message { message, .. } => read_fields(&message),
        Decoded::Garbled { .. } | Decoded::Incomplete => 0,
    });

    let mut buffer = vec![0; 1024];
    let (floor_copy, _) = best(|_| {
        buffer[..report.len()].copy_from_slice(black_box(&report));
        u64::from(black_box(&buffer)[0])
    });
    let mut order_bytes = 0;
    let (encode, encoded) = best(|number| {
        let envelope = Envelope {
            msg_type: tag::msg_type::NEW_ORDER_SINGLE,
            msg_seq_num: 1 + number,
            sending_time_ns: TIME + number * 1000,
            replay: Replay::No,
        };
        let order = |writer: &mut Writer<'_>| new_order_single(writer, number);
        order_bytes = encoder.encode(&mut buffer, &envelope, order).expect("fits");
        u64::from(black_box(&buffer)[order_bytes - 2]) + order_bytes as u64
    });

    println!(
        "decode  {length} B ExecutionReport       {decode:6.1} ns  (sum of its bytes {floor_read:.1} ns)"
    );
    println!("decode  and read eight fields          {fields:6.1} ns");
    println!(
        "encode  {order_bytes} B NewOrderSingle        {encode:6.1} ns  (copy of {length} B {floor_copy:.1} ns)"
    );
    println!(
        "store   append 200 B, memory           {:6.1} ns",
        append(MemoryStore::new(64 << 20))
    );
    let path = std::env::temp_dir().join(format!("codec_speed_{}.store", std::process::id()));
    let mapped = MappedStore::open(&path, 64 << 20).expect("a temporary file can be mapped");
    println!("store   append 200 B, mapped           {:6.1} ns", append(mapped));
    std::fs::remove_file(&path).expect("our own temporary file can be removed");
    println!("digest  {:016x}", sum ^ decoded << 16 ^ encoded << 32 ^ read << 8);
}

fn append(mut store: impl Store) -> f64 {
    let message = [b'x'; 200];
    let (cost, _) = best(|number| {
        if number == 0 {
            store.reset();
        }
        u64::from(store.append(black_box(&message), false).is_ok())
    });
    cost
}

/// Runs the work in rounds; returns the best round's nanoseconds a message, and the results' sum.
fn best(mut work: impl FnMut(u64) -> u64) -> (f64, u64) {
    let mut best = f64::MAX;
    let mut sum = 0_u64;
    for _ in 0..ROUNDS {
        sum = 0;
        let start = Instant::now();
        for number in 0..MESSAGES {
            sum = sum.wrapping_add(work(number));
        }
        best = best.min(start.elapsed().as_secs_f64() * 1e9 / MESSAGES as f64);
    }
    (best, sum)
}

fn read_fields(message: &gannet_fix::Message<'_>) -> u64 {
    let price = message.get_decimal(tag::LAST_PX).and_then(|price| price.rescale(2));
    let quantity = message.get_decimal(tag::LAST_QTY).and_then(|quantity| quantity.rescale(3));
    let left = message.get_decimal(tag::LEAVES_QTY).and_then(|quantity| quantity.rescale(3));
    let done = message.get_decimal(tag::CUM_QTY).and_then(|quantity| quantity.rescale(3));
    let numbers = [price, quantity, left, done].into_iter().flatten().sum::<i64>();
    let codes = [tag::EXEC_TYPE, tag::ORD_STATUS, tag::SIDE].map(|tag| message.get_char(tag));
    let id = message.get(tag::CL_ORD_ID).map_or(0, <[u8]>::len);
    numbers.unsigned_abs()
        + codes.iter().flatten().map(|code| u64::from(*code)).sum::<u64>()
        + id as u64
}

fn execution_report(writer: &mut Writer<'_>) {
    writer.str(tag::AVG_PX, "61800.2");
    writer.str(tag::CL_ORD_ID, "G-000000000017");
    writer.decimal(tag::CUM_QTY, 12, 3);
    writer.str(tag::EXEC_ID, "E99182");
    writer.decimal(tag::LAST_PX, 6_180_020, 2);
    writer.decimal(tag::LAST_QTY, 2, 3);
    writer.str(tag::ORDER_ID, "B7718");
    writer.decimal(tag::ORDER_QTY, 20, 3);
    writer.char(tag::ORD_STATUS, b'1');
    writer.char(tag::SIDE, b'1');
    writer.str(tag::SYMBOL, "BTCUSDT");
    writer.timestamp(tag::TRANSACT_TIME, TIME);
    writer.char(tag::EXEC_TYPE, b'F');
    writer.decimal(tag::LEAVES_QTY, 8, 3);
}

fn new_order_single(writer: &mut Writer<'_>, number: u64) {
    writer.str(tag::CL_ORD_ID, "G-000000000017");
    writer.char(tag::HANDL_INST, b'1');
    writer.decimal(tag::ORDER_QTY, 20, 3);
    writer.char(tag::ORD_TYPE, b'2');
    writer.decimal(tag::PRICE, 6_180_020 + (number % 100).cast_signed(), 2);
    writer.char(tag::SIDE, b'1');
    writer.str(tag::SYMBOL, "BTCUSDT");
    writer.char(tag::TIME_IN_FORCE, b'0');
    writer.timestamp(tag::TRANSACT_TIME, TIME + number * 1000);
}
