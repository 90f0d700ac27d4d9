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

/// The messages that our decoder finds in files of captures, as far as they are FIX 4.2 or 4.4
/// and of 170 to 250 bytes; empty if the folder is not there.
#[must_use]
pub fn captured(folder: &Path) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut decoder = Decoder::new();
    let Ok(entries) = std::fs::read_dir(folder) else { return found };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let mut rest = &bytes[..];
        loop {
            match decoder.decode(rest) {
                Decoded::Message { message, consumed } => {
                    if (170..=250).contains(&consumed) {
                        found.push(message.bytes().to_vec());
                    }
                    rest = &rest[consumed..];
                }
                Decoded::Garbled { consumed, .. } => rest = &rest[consumed..],
                Decoded::Incomplete => break,
            }
        }
    }
    found
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
    fn the_same_seed_makes_the_same_messages() {
        let (one, two) = (Inputs::generated(1), Inputs::generated(1));
        assert_eq!(one.messages, two.messages);
        assert_ne!(one.messages, Inputs::generated(2).messages);
        assert!(one.messages.iter().all(|message| (170..=250).contains(&message.len())));
    }
}
