//! Orders that people give, as records: a signal's words, with the account before them.

use gannet_types::{
    AccountId, GateVerdict, Lots, ManualChange, ManualOrder, OrderId, Signal, SignalAction,
    StrategyId, Ticks,
};

use crate::output::{decode_signal, decode_terms, encode_signal, encode_terms};
use crate::parent::{PLAN_WORDS, decode_plan, encode_plan};

/// The account and the signal's detail; the signal; its terms; its plan.
pub(crate) const ORDER_WORDS: usize = 1 + SIGNAL_WORDS + TERMS_WORDS + PLAN_WORDS;

const SIGNAL_WORDS: usize = 10;
const TERMS_WORDS: usize = 4;

/// An order's words; those of the plan are zero if it has none.
pub(crate) fn encode_order(order: &ManualOrder) -> [u64; ORDER_WORDS] {
    let signal = order.signal(StrategyId::default());
    let (detail, words) = encode_signal(&signal, GateVerdict::Released);
    let head = u64::from(order.account.0) | u64::from(u32::from_le_bytes(detail)) << 32;
    let mut all = [0; ORDER_WORDS];
    let (first, rest) = all.split_at_mut(1);
    let (of_signal, rest) = rest.split_at_mut(SIGNAL_WORDS);
    let (of_terms, of_plan) = rest.split_at_mut(TERMS_WORDS);
    first[0] = head;
    of_signal.copy_from_slice(&words);
    of_terms.copy_from_slice(&encode_terms(&signal.terms));
    if let Some(plan) = order.plan {
        of_plan.copy_from_slice(&encode_plan(plan));
    }
    all
}

pub(crate) fn decode_order(words: [u64; ORDER_WORDS]) -> Option<ManualOrder> {
    let (&[head], rest) = words.split_first_chunk()?;
    let (of_signal, rest) = rest.split_first_chunk::<SIGNAL_WORDS>()?;
    let (of_terms, rest) = rest.split_first_chunk::<TERMS_WORDS>()?;
    let of_plan: [u64; PLAN_WORDS] = *rest.first_chunk()?;
    let account = AccountId(u16::try_from(head as u32).ok()?);
    let detail = ((head >> 32) as u32).to_le_bytes();
    let (signal, verdict) = decode_signal(detail, *of_signal)?;
    let action = match of_plan {
        [0, 0, 0, 0] => signal.action,
        words => SignalAction::Work(decode_plan(words)?),
    };
    let terms = decode_terms(signal.terms.peg, *of_terms);
    let is_plain = (verdict, signal.strategy) == (GateVerdict::Released, StrategyId::default());
    ManualOrder::of(account, &Signal { action, terms, ..signal }).filter(|_| is_plain)
}

pub(crate) const fn encode_change(change: &ManualChange) -> [u64; 4] {
    let ManualChange { order, price, lots, stop_price } = *change;
    [order.0, price.0 as u64, lots.0 as u64, stop_price.0 as u64]
}

pub(crate) const fn decode_change([order, price, lots, stop_price]: [u64; 4]) -> ManualChange {
    ManualChange {
        order: OrderId(order),
        price: Ticks(price as i64),
        lots: Lots(lots as i64),
        stop_price: Ticks(stop_price as i64),
    }
}
