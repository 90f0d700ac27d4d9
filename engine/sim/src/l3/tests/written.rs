//! The plain list as each format writes it.

use gannet_types::Side;

use super::super::dbn::Dbn;
use super::super::itch::Itch;
use super::super::lobster::Lobster;
use super::{Format, Keeper, List, Plain, Told, instrument};

/// An ITCH message of a type, about stock 7.
pub(super) fn itch(kind: u8, time: u64, fields: &[&[u8]]) -> Vec<u8> {
    let mut message = vec![kind, 0, 7, 0, 0];
    message.extend_from_slice(&time.to_be_bytes()[2..]);
    fields.iter().for_each(|field| message.extend_from_slice(field));
    message
}

/// The directory's entry of our instrument.
pub(super) fn directory() -> Vec<u8> {
    itch(b'R', 0, &[b"GNT     ", &[b' '; 20]])
}

pub(super) struct AsItch(Itch);

impl AsItch {
    pub(super) fn new() -> Self {
        let mut itch = Itch::new(vec![instrument()]);
        assert_eq!(itch.read(&directory(), &mut []), Ok(None));
        Self(itch)
    }
}

/// Ticks of a cent, times 10,000.
fn price4(ticks: i64) -> [u8; 4] {
    u32::try_from(ticks * 100).expect("a price").to_be_bytes()
}

fn size(lots: i64) -> [u8; 4] {
    u32::try_from(lots).expect("a size").to_be_bytes()
}

impl Format for AsItch {
    fn pass(&mut self, time: u64, told: &Told, _: &List, keeper: &mut Keeper) {
        let letter = |side| if side == Side::Buy { b"B" } else { b"S" };
        let message = match *told {
            Told::Add((id, side, price, lots)) => {
                let fields: [&[u8]; 5] =
                    [&id.to_be_bytes(), letter(side), &size(lots), b"GNT     ", &price4(price)];
                itch(b'A', time, &fields)
            }
            Told::Reduce((id, ..), lots) => itch(b'X', time, &[&id.to_be_bytes(), &size(lots)]),
            Told::Delete((id, ..)) => itch(b'D', time, &[&id.to_be_bytes()]),
            Told::Execute((id, ..), lots) => {
                itch(b'E', time, &[&id.to_be_bytes(), &size(lots), &[0; 8]])
            }
            Told::Replace((old, ..), (id, _, price, lots)) => {
                let ids = [old.to_be_bytes(), id.to_be_bytes()].concat();
                itch(b'U', time, &[&ids, &size(lots), &price4(price)])
            }
            Told::Hidden(_, price, lots) => {
                let fields: [&[u8]; 6] =
                    [&[0; 8], b"B", &size(lots), b"GNT     ", &price4(price), &[0; 8]];
                itch(b'P', time, &fields)
            }
        };
        let read = self.0.read(&message, std::slice::from_mut(keeper));
        assert_eq!(read, Ok(Some((0, time))));
    }
}

/// A record of market by order about instrument 42.
pub(super) fn dbn(time: u64, (action, side): (u8, u8), order: Plain, is_last: bool) -> Vec<u8> {
    let (id, _, price, lots) = order;
    let mut record = vec![14, 160, 1, 0];
    record.extend_from_slice(&42_u32.to_le_bytes());
    for field in [time.to_le_bytes(), id.to_le_bytes(), (price * 10_000_000).to_le_bytes()] {
        record.extend_from_slice(&field);
    }
    record.extend_from_slice(&u32::try_from(lots).expect("a size").to_le_bytes());
    record.extend_from_slice(&[if is_last { 128 } else { 0 }, 0, action, side]);
    record.extend_from_slice(&time.to_le_bytes());
    record.extend_from_slice(&[0; 8]);
    record
}

pub(super) struct AsDbn(Dbn);

impl AsDbn {
    pub(super) fn new() -> Self {
        Self(Dbn::new(vec![(42, instrument())]))
    }
}

impl Format for AsDbn {
    fn pass(&mut self, time: u64, told: &Told, _: &List, keeper: &mut Keeper) {
        let letter = |side| if side == Side::Buy { b'B' } else { b'A' };
        let with = |order: Plain, lots| (order.0, order.1, order.2, lots);
        let records = match *told {
            Told::Add(order) => vec![(b'A', order)],
            // Half of the formats' venues tell a smaller size, the others what went.
            Told::Reduce(order, lots) if order.0 % 2 == 0 => {
                vec![(b'M', with(order, order.3 - lots))]
            }
            Told::Reduce(order, lots) => vec![(b'C', with(order, lots))],
            Told::Delete(order) => vec![(b'C', order)],
            Told::Execute(order, lots) => {
                let taker = (999_999, order.1.opposite(), order.2, lots);
                let left = order.3 - lots;
                let after = match left {
                    0 => (b'C', order),
                    _ if order.0 % 2 == 0 => (b'M', with(order, left)),
                    _ => (b'C', with(order, lots)),
                };
                vec![(b'T', taker), (b'F', with(order, lots)), after]
            }
            Told::Replace(old, new) => vec![(b'C', old), (b'A', new)],
            Told::Hidden(side, price, lots) => {
                vec![(b'T', (0, side.opposite(), price, lots)), (b'N', (0, side, 0, 0))]
            }
        };
        for (index, (action, order)) in records.iter().enumerate() {
            let is_last = index + 1 == records.len();
            let record = dbn(time, (*action, letter(order.1)), *order, is_last);
            let read = self.0.read(&record, std::slice::from_mut(keeper)).expect("a record");
            assert_eq!(read.is_some(), is_last);
        }
    }
}

/// So many levels of both files.
pub(super) struct AsLobster {
    lobster: Lobster,
    levels: usize,
}

impl AsLobster {
    pub(super) fn new(levels: usize) -> Self {
        Self { lobster: Lobster::new(instrument()), levels }
    }

    /// The line of the book file, and whether a price is in it.
    fn book(&self, orders: &[Plain]) -> String {
        let list = List { orders: orders.to_vec(), ..List::default() };
        let (bids, asks) = (list.levels(Side::Buy), list.levels(Side::Sell));
        let mut fields = Vec::new();
        for level in 0..self.levels.min(bids.len().max(asks.len()).max(1)) {
            let field = |levels: &[(i64, i64)], none: &str| match levels.get(level) {
                Some((price, lots)) => format!("{},{lots}", price * 100),
                None => format!("{none},0"),
            };
            fields.push(field(&asks, "9999999999"));
            fields.push(field(&bids, "-9999999999"));
        }
        fields.join(",")
    }

    /// Whether a message of an order at a price is within the levels, before or after it.
    fn shows(&self, (_, side, price, _): Plain, orders: &[Plain]) -> bool {
        let list = List { orders: orders.to_vec(), ..List::default() };
        let worst = list.levels(side).get(self.levels - 1).map(|level| level.0);
        worst.is_none_or(|worst| if side == Side::Buy { price >= worst } else { price <= worst })
    }

    fn line(&mut self, time: u64, text: (u8, Plain), orders: &[Plain], keeper: &mut Keeper) {
        let (kind, order @ (id, side, price, lots)) = text;
        if kind != 5 && !self.shows(order, orders) {
            // Out of sight it has no line, but the book may show less of it: a later line does.
            return;
        }
        let (seconds, nanos) = (time / 1_000_000_000, time % 1_000_000_000);
        let direction = if side == Side::Buy { 1 } else { -1 };
        let message =
            format!("{seconds}.{nanos:09},{kind},{id},{lots},{},{direction}", price * 100);
        let book = self.book(orders);
        let read = self.lobster.read(message.as_bytes(), book.as_bytes(), keeper);
        assert_eq!(read, Ok(time), "{message} {book}");
    }
}

impl Format for AsLobster {
    fn pass(&mut self, time: u64, told: &Told, list: &List, keeper: &mut Keeper) {
        let orders = &list.orders;
        let with = |order: Plain, lots| (order.0, order.1, order.2, lots);
        match *told {
            Told::Add(order) => self.line(time, (1, order), orders, keeper),
            Told::Reduce(order, lots) => self.line(time, (2, with(order, lots)), orders, keeper),
            Told::Delete(order) => self.line(time, (3, order), orders, keeper),
            Told::Execute(order, lots) => self.line(time, (4, with(order, lots)), orders, keeper),
            Told::Replace(old, new) => {
                let between: Vec<Plain> = orders.iter().copied().filter(|it| *it != new).collect();
                self.line(time, (3, old), &between, keeper);
                self.line(time, (1, new), orders, keeper);
            }
            Told::Hidden(side, price, lots) => {
                self.line(time, (5, (0, side, price, lots)), orders, keeper);
            }
        }
    }
}
