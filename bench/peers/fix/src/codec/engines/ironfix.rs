//! `ironfix-tagvalue`: an index that is used again, and an encoder that is cleared.

use ironfix_tagvalue::{Decoder, Encoder, FieldIndex};

use super::{Engine, Order, READ, Seen, Written};

pub(super) struct IronFix {
    index: FieldIndex,
    encoder: Encoder,
}

impl IronFix {
    pub(super) fn new() -> Self {
        let encoder = Encoder::with_capacity("FIX.4.4", 512);
        Self { index: FieldIndex::with_capacity(256), encoder }
    }
}

impl Engine for IronFix {
    fn name(&self) -> &'static str {
        "ironfix-tagvalue 0.5.1"
    }

    fn decode(&mut self, messages: &[Vec<u8>]) -> u64 {
        let mut sum = 0;
        for message in messages {
            if let Ok(message) = Decoder::new(message).decode_into(&mut self.index) {
                sum += message.field_count() as u64;
            }
        }
        sum
    }

    fn decode_and_read(&mut self, messages: &[Vec<u8>]) -> u64 {
        let mut seen = Seen::default();
        for message in messages {
            if let Ok(message) = Decoder::new(message).decode_into(&mut self.index) {
                for tag in READ {
                    seen.value(message.get_field(tag).map_or(&[], |field| field.value));
                }
            }
        }
        seen.0
    }

    fn encode(&mut self, orders: &[Order]) -> u64 {
        let mut written = Written::default();
        for order in orders {
            self.encoder.clear();
            let encoder = &mut self.encoder;
            encoder.put_str(35, "D");
            encoder.put_uint(34, order.msg_seq_num);
            encoder.put_str(49, "GANNET");
            encoder.put_raw(52, order.time_text.to_bytes());
            encoder.put_str(56, "BROKER");
            encoder.put_str(11, &order.cl_ord_id);
            encoder.put_str(21, "1");
            encoder.put_raw(38, order.quantity_text.to_bytes());
            encoder.put_str(40, "2");
            encoder.put_raw(44, order.price_text.to_bytes());
            encoder.put_str(54, if order.buy { "1" } else { "2" });
            encoder.put_str(55, "BTCUSDT");
            encoder.put_str(59, "0");
            encoder.put_raw(60, order.time_text.to_bytes());
            written.message(encoder.finish().expect("it is a message"));
        }
        written.0
    }
}
