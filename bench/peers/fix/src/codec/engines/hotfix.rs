//! `hotfix-message`: checks every message against the dictionary and copies every value.

use hotfix_message::dict::Dictionary;
use hotfix_message::message::{Config, Message};
use hotfix_message::parsed_message::ParsedMessage;
use hotfix_message::{HardCodedFixFieldDefinition, MessageBuilder, Part, fix44};

use super::{Engine, Order, Seen, Written};

pub(super) struct HotFix {
    config: Config,
    builder: MessageBuilder,
}

/// The fields of [`super::READ`].
const READ: [&HardCodedFixFieldDefinition; 8] = [
    fix44::CL_ORD_ID,
    fix44::EXEC_ID,
    fix44::LAST_PX,
    fix44::LAST_QTY,
    fix44::ORDER_ID,
    fix44::ORD_STATUS,
    fix44::SIDE,
    fix44::EXEC_TYPE,
];

impl HotFix {
    pub(super) fn new() -> Self {
        let config = Config::default();
        let builder = MessageBuilder::new(Dictionary::fix44(), config);
        Self { config, builder: builder.unwrap_or_else(|_| unreachable!("its own dictionary")) }
    }
}

impl Engine for HotFix {
    fn name(&self) -> &'static str {
        "hotfix-message 0.4.0"
    }

    fn decode(&mut self, messages: &[Vec<u8>]) -> u64 {
        let mut sum = 0;
        for message in messages {
            if let ParsedMessage::Valid(message) = self.builder.build(message) {
                sum += message.get_field_map().fields.len() as u64;
            }
        }
        sum
    }

    fn decode_and_read(&mut self, messages: &[Vec<u8>]) -> u64 {
        let mut seen = Seen::default();
        for message in messages {
            if let ParsedMessage::Valid(message) = self.builder.build(message) {
                for field in READ {
                    seen.value(message.get_raw(field).unwrap_or_default());
                }
            }
        }
        seen.0
    }

    fn encode(&mut self, orders: &[Order]) -> u64 {
        let mut written = Written::default();
        for order in orders {
            let time = order.time_text.to_str().unwrap_or_default();
            let mut message = Message::new("FIX.4.4", "D");
            message.set(fix44::MSG_SEQ_NUM, order.msg_seq_num);
            message.set(fix44::SENDER_COMP_ID, "GANNET");
            message.set(fix44::SENDING_TIME, time);
            message.set(fix44::TARGET_COMP_ID, "BROKER");
            message.set(fix44::CL_ORD_ID, order.cl_ord_id.as_str());
            message.set(fix44::HANDL_INST, "1");
            message.set(fix44::ORDER_QTY, order.quantity_text.to_str().unwrap_or_default());
            message.set(fix44::ORD_TYPE, "2");
            message.set(fix44::PRICE, order.price_text.to_str().unwrap_or_default());
            message.set(fix44::SIDE, if order.buy { "1" } else { "2" });
            message.set(fix44::SYMBOL, "BTCUSDT");
            message.set(fix44::TIME_IN_FORCE, "0");
            message.set(fix44::TRANSACT_TIME, time);
            written.message(&message.encode(&self.config).unwrap_or_default());
        }
        written.0
    }
}
