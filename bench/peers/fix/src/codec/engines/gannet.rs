//! Ours.

use gannet_fix::codec::timestamp::Precision;
use gannet_fix::codec::{Decoded, Encoder, Envelope, Replay};
use gannet_fix::{Decoder, tag};

use super::{Engine, Order, READ, Seen, Written};

pub(super) struct Gannet {
    decoder: Decoder,
    encoder: Encoder,
    buffer: Vec<u8>,
}

impl Gannet {
    pub(super) fn new() -> Self {
        let encoder = Encoder::new("FIX.4.4", "GANNET", "BROKER", Precision::Millis);
        Self { decoder: Decoder::new(), encoder, buffer: vec![0; 1024] }
    }
}

impl Engine for Gannet {
    fn name(&self) -> &'static str {
        "gannet"
    }

    fn decode(&mut self, messages: &[Vec<u8>]) -> u64 {
        let mut sum = 0;
        for message in messages {
            if let Decoded::Message { message, .. } = self.decoder.decode(message) {
                sum += message.fields().len() as u64;
            }
        }
        sum
    }

    fn decode_and_read(&mut self, messages: &[Vec<u8>]) -> u64 {
        let mut seen = Seen::default();
        for message in messages {
            if let Decoded::Message { message, .. } = self.decoder.decode(message) {
                for tag in READ {
                    seen.value(message.get(tag).unwrap_or_default());
                }
            }
        }
        seen.0
    }

    fn encode(&mut self, orders: &[Order]) -> u64 {
        let mut written = Written::default();
        for order in orders {
            let envelope = Envelope {
                msg_type: tag::msg_type::NEW_ORDER_SINGLE,
                msg_seq_num: order.msg_seq_num,
                sending_time_ns: order.time_ns,
                replay: Replay::No,
            };
            let length = self.encoder.encode(&mut self.buffer, &envelope, |writer| {
                writer.str(tag::CL_ORD_ID, &order.cl_ord_id);
                writer.char(tag::HANDL_INST, b'1');
                writer.decimal(tag::ORDER_QTY, order.quantity, 3);
                writer.char(tag::ORD_TYPE, b'2');
                writer.decimal(tag::PRICE, order.price, 2);
                writer.char(tag::SIDE, if order.buy { b'1' } else { b'2' });
                writer.str(tag::SYMBOL, "BTCUSDT");
                writer.char(tag::TIME_IN_FORCE, b'0');
                writer.timestamp(tag::TRANSACT_TIME, order.time_ns);
            });
            written.message(&self.buffer[..length.expect("it fits")]);
        }
        written.0
    }
}
