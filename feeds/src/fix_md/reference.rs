//! What a venue says about its instruments: SecurityList(y) and SecurityDefinition(d).

use gannet_fix::{Message, tag};
use gannet_types::{Increment, Instrument, InstrumentId, Text};

/// One instrument as the venue describes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reference {
    /// Which of ours it is, if one.
    pub instrument: Option<InstrumentId>,
    /// Symbol(55).
    pub symbol: Text<24>,
    /// SecurityID(48), empty if there is none.
    pub security_id: Text<24>,
    /// MinPriceIncrement(969).
    pub tick: Option<Increment>,
    /// RoundLot(561), else MinTradeVol(562).
    pub lot: Option<Increment>,
}

impl Reference {
    /// Returns whether price and quantity steps of a configured instrument are the venue's, as
    /// far as it says.
    #[must_use]
    pub fn agrees_with(&self, instrument: &Instrument) -> bool {
        let same = |stated: Option<Increment>, ours: &Increment| {
            stated.is_none_or(|stated| stated.parts() == ours.parts())
        };
        same(self.tick, &instrument.tick) && same(self.lot, &instrument.lot)
    }
}

/// Reads all instruments of a message; in a list each begins with its Symbol(55).
pub(super) fn read(message: &Message<'_>, on_reference: &mut impl FnMut(Reference)) {
    let mut open: Option<Reference> = None;
    let mut min_volume = None;
    for (tag, value) in message.body() {
        if tag == tag::SYMBOL {
            finish(open.take(), min_volume.take(), on_reference);
            let symbol = Text::new(value);
            let security_id = Text::default();
            open = Some(Reference { instrument: None, symbol, security_id, tick: None, lot: None });
        }
        let Some(reference) = &mut open else { continue };
        match tag {
            SECURITY_ID => reference.security_id = Text::new(value),
            MIN_PRICE_INCREMENT => reference.tick = Increment::parse(value).ok(),
            ROUND_LOT => reference.lot = Increment::parse(value).ok(),
            MIN_TRADE_VOL => min_volume = Increment::parse(value).ok(),
            _ => {}
        }
    }
    finish(open, min_volume, on_reference);
}

fn finish(
    reference: Option<Reference>,
    min_volume: Option<Increment>,
    on_reference: &mut impl FnMut(Reference),
) {
    if let Some(reference) = reference {
        let lot = reference.lot.or(min_volume);
        on_reference(Reference { lot, ..reference });
    }
}

const SECURITY_ID: u32 = 48;
const ROUND_LOT: u32 = 561;
const MIN_TRADE_VOL: u32 = 562;
const MIN_PRICE_INCREMENT: u32 = 969;
