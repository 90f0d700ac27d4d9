//! Binance USD-M futures: `depthUpdate`, `bookTicker` and `trade` frames, alone or in the
//! combined-stream envelope, and the depth snapshot of the REST interface.
//!
//! Source: the venue's "USDⓈ-M Futures" documentation, pages *Diff. Book Depth Streams*,
//! *Individual Symbol Book Ticker Streams*, *How to manage a local order book correctly*, and
//! recordings of August 2024. The `trade` stream is not documented; its form is from the
//! recordings. Event times are `T` (when it happened in the matching engine), or `E` (when the
//! message was made) where `T` is absent.
//!
//! `usual` reads frames whose members stand in the recorded order, in one pass; whatever it does
//! not like is read again, from the start, by the code here, which accepts any order, unknown
//! members and white space.

#[cfg(test)]
pub(crate) mod tests;
mod usual;

use gannet_types::{
    Bounded, Increment, Instrument, Level, Lots, Nanos, NumError, Side, Ticks, TopOfBook, Trade,
};

use crate::error::{Affects, DecodeError, FeedError};
use crate::feed::{BookLevels, Listing, Message, Snapshot, VenueFeed};
use crate::scan::{Decimal, ScanError, ScanReason, Scanner, Span};
use crate::sync::{Sequence, SequenceRule};

/// The wire format of Binance USD-M futures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BinanceUsdm;

impl SequenceRule for BinanceUsdm {
    fn contained(snapshot: u64, update: &Sequence) -> bool {
        update.last < snapshot
    }

    /// The venue's rule is `U <= lastUpdateId <= u`. An update whose `pu` is the snapshot's
    /// number follows it just as surely; in a quiet market it is the only one that comes.
    fn joins(snapshot: u64, update: &Sequence) -> bool {
        (update.first..=update.last).contains(&snapshot) || update.previous == snapshot
    }

    fn follows(applied: u64, update: &Sequence) -> bool {
        update.previous == applied
    }
}

impl VenueFeed for BinanceUsdm {
    /// Books and tops come from the route `public`, trades from `market`: since 2026-04-23 the
    /// venue serves no connection that carries both ("WebSocket Market Streams", notice of
    /// 2026-03-06).
    fn stream_paths(&self, listing: &Listing) -> Vec<String> {
        let combined = |route: &str, kinds: &[&str]| {
            let of_symbol = |instrument: &Instrument| -> Vec<String> {
                let symbol = instrument.symbol.to_string().to_ascii_lowercase();
                kinds.iter().map(|kind| format!("{symbol}@{kind}")).collect()
            };
            let streams: Vec<String> = listing.instruments().iter().flat_map(of_symbol).collect();
            format!("/{route}/stream?streams={}", streams.join("/"))
        };
        vec![combined("public", &["depth@0ms", "bookTicker"]), combined("market", &["trade"])]
    }

    fn snapshot_path(&self, instrument: &Instrument) -> String {
        format!("/fapi/v1/depth?symbol={}&limit=1000", instrument.symbol)
    }

    #[inline]
    fn decode(
        &self,
        listing: &Listing,
        payload: &[u8],
        levels: &mut BookLevels,
    ) -> Result<Message, DecodeError> {
        if let Some(message) = usual::decode(listing, payload, levels) {
            return Ok(message);
        }
        decode_any(listing, payload, levels)
    }

    fn decode_snapshot(
        &self,
        instrument: &Instrument,
        body: &[u8],
        levels: &mut BookLevels,
    ) -> Result<Snapshot, FeedError> {
        let frame = Frame::whole(body)?;
        if frame.get(Member::LastUpdateId).is_none()
            && let Some(refusal) = frame.refusal()?
        {
            return Err(refusal);
        }
        let update_id = frame.unsigned(Member::LastUpdateId)?;
        let exchange_time = frame.exchange_time()?;
        frame.levels([Member::Bids, Member::Asks], instrument, levels)?;
        Ok(Snapshot { update_id, exchange_time })
    }
}

/// Decodes a frame in any form.
#[inline(never)]
fn decode_any(
    listing: &Listing,
    payload: &[u8],
    levels: &mut BookLevels,
) -> Result<Message, DecodeError> {
    let event = match find_event(payload) {
        Ok(Some(event)) => event,
        Ok(None) => return Ok(Message::Skipped),
        Err(error @ FeedError::Refused { .. }) => {
            return Err(DecodeError { error, affects: Affects::Nothing });
        }
        Err(error) => return Err(DecodeError { error, affects: affected(listing, payload) }),
    };
    decode_event(listing, &event, levels).map_err(|error| {
        let affects = event.affected(listing).unwrap_or_else(|| affected(listing, payload));
        DecodeError { error, affects }
    })
}

/// Finds the event in its envelope or alone; `None` in the answer to a subscription.
fn find_event(payload: &[u8]) -> Result<Option<Frame<'_>>, FeedError> {
    let outer = Frame::whole(payload)?;
    if let Some(data) = outer.get(Member::Data) {
        Ok(Some(Frame::within(payload, data)?))
    } else if outer.get(Member::Event).is_some() {
        Ok(Some(outer))
    } else if outer.get(Member::Result).is_some() {
        Ok(None)
    } else if let Some(refusal) = outer.refusal()? {
        Err(refusal)
    } else {
        Err(outer.error(ScanReason::Missing).into())
    }
}

fn decode_event(
    listing: &Listing,
    event: &Frame<'_>,
    levels: &mut BookLevels,
) -> Result<Message, FeedError> {
    let name = event.text(Member::Event)?;
    if !matches!(name, b"bookTicker" | b"depthUpdate" | b"trade") {
        return Ok(Message::Skipped);
    }
    let Some(slot) = listing.slot_of_symbol(event.text(Member::Symbol)?) else {
        return Ok(Message::Skipped);
    };
    let instrument = &listing.instruments()[slot];
    let exchange_time = event.exchange_time()?;
    match name {
        b"bookTicker" => {
            let update_id = event.unsigned(Member::LastUpdate)?;
            let bid = event.level(Member::Bids, Member::BidQuantity, instrument)?;
            let ask = event.level(Member::Asks, Member::AskQuantity, instrument)?;
            let top = TopOfBook { update_id, bid, ask };
            Ok(Message::Top { slot, exchange_time, top })
        }
        b"depthUpdate" => {
            let sequence = Sequence {
                first: event.unsigned(Member::FirstUpdate)?,
                last: event.unsigned(Member::LastUpdate)?,
                previous: event.unsigned(Member::PreviousUpdate)?,
            };
            if sequence.first > sequence.last {
                return Err(event.error(ScanReason::Unexpected).into());
            }
            event.levels([Member::Bids, Member::Asks], instrument, levels)?;
            Ok(Message::Depth { slot, exchange_time, sequence })
        }
        _ => {
            if event.text(Member::TradeKind)? != b"MARKET" {
                return Ok(Message::Skipped);
            }
            let level = event.level(Member::Price, Member::Quantity, instrument)?;
            let trade_id = event.unsigned(Member::TradeId)?;
            let aggressor = aggressor(event.at(Member::BuyerIsMaker)?.boolean()?);
            let trade = Trade { trade_id, aggressor, price: level.price, lots: level.lots };
            Ok(Message::Trade { slot, exchange_time, trade })
        }
    }
}

/// Returns which books a frame that is no JSON may have been about, by its first bytes.
fn affected(listing: &Listing, payload: &[u8]) -> Affects {
    let mut scanner = Scanner::new(payload);
    if scanner.literal(b"{\"e\":\"bookTicker\"") || scanner.literal(b"{\"e\":\"trade\"") {
        return Affects::Nothing;
    }
    if !scanner.literal(b"{\"stream\":") {
        return Affects::AllBooks;
    }
    let Ok(stream) = scanner.text() else {
        return Affects::AllBooks;
    };
    let mut parts = stream.splitn(2, |&byte| byte == b'@');
    let symbol = parts.next().unwrap_or_default();
    let kind = parts.next().unwrap_or_default();
    match (kind, listing.slot_of_symbol_in_any_case(symbol)) {
        (b"bookTicker" | b"trade", _) => Affects::Nothing,
        (_, Some(slot)) => Affects::Book(slot),
        (_, None) => Affects::AllBooks,
    }
}

/// An object of the venue with the places of the members we know.
struct Frame<'a> {
    bytes: &'a [u8],
    start: Scanner<'a>,
    members: [Option<Span>; Member::COUNT],
}

impl<'a> Frame<'a> {
    fn whole(bytes: &'a [u8]) -> Result<Self, ScanError> {
        Self::read(bytes, Scanner::new(bytes))
    }

    fn within(bytes: &'a [u8], span: Span) -> Result<Self, ScanError> {
        Self::read(bytes, Scanner::within(bytes, span))
    }

    fn read(bytes: &'a [u8], start: Scanner<'a>) -> Result<Self, ScanError> {
        let mut scanner = start;
        let members = scanner.members(|key| Member::of(key).map(|member| member as usize))?;
        scanner.finish()?;
        Ok(Self { bytes, start, members })
    }

    fn error(&self, reason: ScanReason) -> ScanError {
        self.start.error(reason)
    }

    fn get(&self, member: Member) -> Option<Span> {
        self.members[member as usize]
    }

    fn at(&self, member: Member) -> Result<Scanner<'a>, ScanError> {
        let span = self.get(member).ok_or_else(|| self.error(ScanReason::Missing))?;
        Ok(Scanner::within(self.bytes, span))
    }

    fn text(&self, member: Member) -> Result<&'a [u8], ScanError> {
        self.at(member)?.text()
    }

    fn unsigned(&self, member: Member) -> Result<u64, ScanError> {
        let mut scanner = self.at(member)?;
        let value = scanner.unsigned()?;
        scanner.finish()?;
        Ok(value)
    }

    fn exchange_time(&self) -> Result<Nanos, ScanError> {
        let member = match self.get(Member::TransactionTime) {
            Some(_) => Member::TransactionTime,
            None => Member::EventTime,
        };
        self.unsigned(member).map(Nanos::from_millis)
    }

    fn decimal(&self, member: Member, instrument: &Instrument) -> Result<Decimal, FeedError> {
        self.at(member)?.decimal().map_err(|error| number_error(error, instrument))
    }

    fn level(
        &self,
        price: Member,
        quantity: Member,
        instrument: &Instrument,
    ) -> Result<Level, FeedError> {
        let price = self.decimal(price, instrument)?;
        let quantity = self.decimal(quantity, instrument)?;
        level_of(price, quantity, instrument)
    }

    fn levels(
        &self,
        sides: [Member; 2],
        instrument: &Instrument,
        levels: &mut BookLevels,
    ) -> Result<(), FeedError> {
        read_side(&mut self.at(sides[0])?, instrument, &mut levels.bids)?;
        read_side(&mut self.at(sides[1])?, instrument, &mut levels.asks)
    }

    /// Returns which book this event is about, if it says so.
    fn affected(&self, listing: &Listing) -> Option<Affects> {
        match self.text(Member::Event).ok()? {
            b"bookTicker" | b"trade" => Some(Affects::Nothing),
            _ => listing.slot_of_symbol(self.text(Member::Symbol).ok()?).map(Affects::Book),
        }
    }

    /// Returns the refusal that this object is, if it is one: a code, alone or under `error`.
    fn refusal(&self) -> Result<Option<FeedError>, ScanError> {
        let inner = match self.get(Member::Error) {
            Some(error) => &Self::within(self.bytes, error)?,
            None => self,
        };
        match inner.get(Member::Code) {
            Some(_) => Ok(Some(FeedError::Refused { code: inner.at(Member::Code)?.signed()? })),
            None => Ok(None),
        }
    }
}

/// The names that mean something in one of the objects we read.
#[derive(Clone, Copy)]
enum Member {
    Event,
    EventTime,
    TransactionTime,
    Symbol,
    FirstUpdate,
    LastUpdate,
    PreviousUpdate,
    Bids,
    BidQuantity,
    Asks,
    AskQuantity,
    TradeId,
    Price,
    Quantity,
    TradeKind,
    BuyerIsMaker,
    LastUpdateId,
    Data,
    Result,
    Error,
    Code,
}

impl Member {
    const COUNT: usize = Self::Code as usize + 1;

    fn of(key: &[u8]) -> Option<Self> {
        Some(match key {
            b"e" => Self::Event,
            b"E" => Self::EventTime,
            b"T" => Self::TransactionTime,
            b"s" => Self::Symbol,
            b"U" => Self::FirstUpdate,
            b"u" => Self::LastUpdate,
            b"pu" => Self::PreviousUpdate,
            b"b" | b"bids" => Self::Bids,
            b"B" => Self::BidQuantity,
            b"a" | b"asks" => Self::Asks,
            b"A" => Self::AskQuantity,
            b"t" => Self::TradeId,
            b"p" => Self::Price,
            b"q" => Self::Quantity,
            b"X" => Self::TradeKind,
            b"m" => Self::BuyerIsMaker,
            b"lastUpdateId" => Self::LastUpdateId,
            b"data" => Self::Data,
            b"result" => Self::Result,
            b"error" => Self::Error,
            b"code" => Self::Code,
            _ => return None,
        })
    }
}

/// Reads one side of a book in steps of `instrument`.
#[inline(always)]
fn read_side(
    scanner: &mut Scanner<'_>,
    instrument: &Instrument,
    side: &mut Bounded<Level>,
) -> Result<(), FeedError> {
    side.clear();
    scanner
        .pairs(|price, quantity| {
            let level = level_of(price, quantity, instrument)?;
            side.push(level).map_err(|_| FeedError::TooManyLevels)
        })
        .map_err(|error| match error {
            FeedError::Malformed(error) => number_error(error, instrument),
            other => other,
        })
}

#[inline(always)]
fn level_of(
    price: Decimal,
    quantity: Decimal,
    instrument: &Instrument,
) -> Result<Level, FeedError> {
    let steps = |step: &Increment, number: Decimal| {
        step.quantize(number.mantissa, number.decimals)
            .map_err(|reason| FeedError::BadPrice { instrument: instrument.id, reason })
    };
    Ok(Level {
        price: Ticks(steps(&instrument.tick, price)?),
        lots: Lots(steps(&instrument.lot, quantity)?),
    })
}

/// A decimal with too many digits is a number of the venue's format that we cannot hold.
fn number_error(error: ScanError, instrument: &Instrument) -> FeedError {
    match error.reason {
        ScanReason::OutOfRange => {
            FeedError::BadPrice { instrument: instrument.id, reason: NumError::OutOfRange }
        }
        _ => FeedError::Malformed(error),
    }
}

const fn aggressor(buyer_is_maker: bool) -> Side {
    if buyer_is_maker { Side::Sell } else { Side::Buy }
}
