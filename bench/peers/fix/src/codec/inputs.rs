//! The messages: generated ExecutionReports and orders of many shapes, and real ones.

use std::ffi::CString;
use std::path::Path;

use gannet_fix::codec::timestamp::{Precision, Timestamps};
use gannet_fix::codec::{Decoded, Encoder, Envelope, Replay};
use gannet_fix::{Decoder, Writer, tag};

use crate::random::Random;

/// How many different messages there are of each kind.
const MESSAGES: usize = 1024;

/// 2024-08-08 12:00:00 UTC.
const START_NS: u64 = 1_723_118_400_000_000_000;

/// What is decoded and what is encoded.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// Whole messages.
    pub messages: Vec<Vec<u8>>,
    /// Orders to be made into messages.
    pub orders: Vec<Order>,
}

/// One order, as numbers and as the ready text that is given to engines that cannot format.
#[derive(Clone, Debug)]
pub struct Order {
    pub msg_seq_num: u64,
    pub time_ns: u64,
    pub cl_ord_id: String,
    pub quantity: i64,
    pub price: i64,
    pub buy: bool,
    pub seq_num_text: CString,
    pub time_text: CString,
    pub cl_ord_id_text: CString,
    pub quantity_text: CString,
    pub price_text: CString,
}

impl Inputs {
    /// Makes ExecutionReports of 170 to 250 bytes and as many orders.
    #[must_use]
    pub fn generated(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let mut encoder = Encoder::new("FIX.4.4", "BROKER", "GANNET", Precision::Millis);
        let mut messages = Vec::new();
        let mut buffer = [0; 1024];
        while messages.len() < MESSAGES {
            let envelope = Envelope {
                msg_type: tag::msg_type::EXECUTION_REPORT,
                msg_seq_num: 1 + random.below(2_000_000),
                sending_time_ns: START_NS + random.below(3_600_000_000_000),
                replay: Replay::No,
            };
            let report = |writer: &mut Writer<'_>| execution_report(writer, &mut random);
            let length = encoder.encode(&mut buffer, &envelope, report).expect("it fits");
            if (170..=250).contains(&length) {
                messages.push(buffer[..length].to_vec());
            }
        }
        let mut time_ns = START_NS;
        let order = |_| {
            time_ns += random.below(2_000_000);
            Order::generated(&mut random, time_ns)
        };
        let orders = (0..MESSAGES).map(order).collect();
        Self { messages, orders }
    }
}

impl Order {
    fn generated(random: &mut Random, time_ns: u64) -> Self {
        let text = |text: String| CString::new(text).expect("no zero byte");
        let msg_seq_num = 1 + random.below(2_000_000);
        let cl_ord_id = format!("G-{}", random.below(1_000_000_000_000));
        let quantity = 1 + random.below(500_000).cast_signed();
        let price = 1_000 + random.below(9_000_000).cast_signed();
        let time = Timestamps::new(Precision::Millis).format(time_ns).to_vec();
        Self {
            msg_seq_num,
            time_ns,
            quantity,
            price,
            buy: random.below(2) == 0,
            seq_num_text: text(msg_seq_num.to_string()),
            time_text: CString::new(time).expect("no zero byte"),
            cl_ord_id_text: text(cl_ord_id.clone()),
            quantity_text: text(format!("{}.{:03}", quantity / 1000, quantity % 1000)),
            price_text: text(format!("{}.{:02}", price / 100, price % 100)),
            cl_ord_id,
        }
    }
}

/// The real messages in a folder's `.dat` files, one a line; empty if it is not there. Whoever made
/// them public has set BodyLength and CheckSum to 0: they are set right.
#[must_use]
pub fn captured(folder: &Path) -> Vec<Vec<u8>> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "dat"));
    paths.sort();
    let files: Vec<_> = paths.iter().filter_map(|path| std::fs::read(path).ok()).collect();
    let lines = files.iter().flat_map(|bytes| bytes.split(|byte| *byte == b'\n'));
    lines.filter_map(set_right).collect()
}

/// The message with its BodyLength and CheckSum; `None` if it has no `8=`, `9=` and `10=`.
fn set_right(line: &[u8]) -> Option<Vec<u8>> {
    let after = |from: usize, what: &[u8]| {
        let found = line.get(from..)?.windows(what.len()).position(|window| window == what)?;
        Some(from + found + what.len())
    };
    let start = after(0, b"8=FIX")? - 5;
    let length = after(start, b"\x019=")? - 2;
    let body = after(length, b"\x01")?;
    let end = after(body, b"\x0110=")? - 3;
    let mut message = line[start..length].to_vec();
    message.extend_from_slice(format!("9={}\x01", end - body).as_bytes());
    message.extend_from_slice(&line[body..end]);
    let sum = message.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    message.extend_from_slice(format!("10={sum:03}\x01").as_bytes());
    let mut decoder = Decoder::new();
    let right = matches!(decoder.decode(&message), Decoded::Message { .. });
    right.then_some(message)
}

/// Fields in ascending order of their tags, some of them not in every report.
fn execution_report(writer: &mut Writer<'_>, random: &mut Random) {
    let price = 1_000 + random.below(9_000_000).cast_signed();
    let total = 1 + random.below(500_000).cast_signed();
    let done = random.below(total.cast_unsigned()).cast_signed();
    if random.below(2) == 0 {
        writer.str(tag::ACCOUNT, &format!("A{}", random.below(1_000_000)));
    }
    writer.decimal(tag::AVG_PX, price, 2);
    writer.str(tag::CL_ORD_ID, &format!("G-{}", random.below(1_000_000_000_000)));
    writer.decimal(tag::CUM_QTY, done, 3);
    writer.str(tag::EXEC_ID, &format!("E{}", random.below(100_000_000)));
    writer.decimal(tag::LAST_PX, price, 2);
    writer.decimal(tag::LAST_QTY, done, 3);
    writer.str(tag::ORDER_ID, &format!("B{}", random.below(100_000_000)));
    if random.below(3) == 0 {
        writer.decimal(tag::ORDER_QTY, total, 3);
    }
    writer.char(tag::ORD_STATUS, b'1');
    if random.below(3) == 0 {
        writer.decimal(tag::PRICE, price, 2);
    }
    writer.char(tag::SIDE, b'1');
    writer.str(tag::SYMBOL, ["BTCUSDT", "ES", "EUR/USD"][random.below(3) as usize]);
    writer.timestamp(tag::TRANSACT_TIME, START_NS + random.below(3_600_000_000_000));
    writer.char(tag::EXEC_TYPE, b'F');
    writer.decimal(tag::LEAVES_QTY, total - done, 3);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_published_message_is_set_right() {
        let line = b"8=FIX.4.2\x019=0\x0135=D\x0134=2\x0110=0\x01";
        let right = set_right(line).expect("it has all it needs");
        assert_eq!(right, b"8=FIX.4.2\x019=10\x0135=D\x0134=2\x0110=184\x01");
        assert_eq!(set_right(b"noise"), None);
    }

    #[test]
    fn the_same_seed_makes_the_same_messages() {
        let (one, two) = (Inputs::generated(1), Inputs::generated(1));
        assert_eq!(one.messages, two.messages);
        assert_ne!(one.messages, Inputs::generated(2).messages);
        assert!(one.messages.iter().all(|message| (170..=250).contains(&message.len())));
    }
}
