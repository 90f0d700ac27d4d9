//! `fefix`: its decoder fills a hash map; its encoder pads BodyLength to six digits.

use fefix::Dictionary;
use fefix::prelude::*;
use fefix::tagvalue::{Config, Decoder, Encoder, FvWrite};

use super::{Engine, Order, READ, Seen, Written};

pub(super) struct FeFix {
    decoder: Decoder<Config>,
    encoder: Encoder<Config>,
    buffer: Vec<u8>,
}

impl FeFix {
    pub(super) fn new() -> Self {
        Self {
            decoder: Decoder::new(Dictionary::fix44()),
            encoder: Encoder::new(Config::default()),
            buffer: Vec::with_capacity(1024),
        }
    }
}

impl Engine for FeFix {
    fn name(&self) -> &'static str {
        "fefix 0.7.0"
    }

    fn decode(&mut self, messages: &[Vec<u8>]) -> u64 {
        let mut sum = 0;
        for message in messages {
            if let Ok(message) = self.decoder.decode(&message[..]) {
                sum += message.len() as u64;
            }
        }
        sum
    }

    fn decode_and_read(&mut self, messages: &[Vec<u8>]) -> u64 {
        let mut seen = Seen::default();
        for message in messages {
            if let Ok(message) = self.decoder.decode(&message[..]) {
                for tag in READ {
                    seen.value(message.fv_raw(&tag).unwrap_or_default());
                }
            }
        }
        seen.0
    }

    fn encode(&mut self, orders: &[Order]) -> u64 {
        let mut written = Written::default();
        for order in orders {
            self.buffer.clear();
            let mut message = self.encoder.start_message(b"FIX.4.4", &mut self.buffer, b"D");
            message.set_fv(&34, order.msg_seq_num);
            message.set_fv(&49, "GANNET");
            message.set_fv(&52, order.time_text.to_bytes());
            message.set_fv(&56, "BROKER");
            message.set_fv(&11, order.cl_ord_id.as_str());
            message.set_fv(&21, "1");
            message.set_fv(&38, order.quantity_text.to_bytes());
            message.set_fv(&40, "2");
            message.set_fv(&44, order.price_text.to_bytes());
            message.set_fv(&54, if order.buy { "1" } else { "2" });
            message.set_fv(&55, "BTCUSDT");
            message.set_fv(&59, "0");
            message.set_fv(&60, order.time_text.to_bytes());
            written.message(message.wrap());
        }
        written.0
    }
}
