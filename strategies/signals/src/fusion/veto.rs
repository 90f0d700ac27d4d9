//! What keeps an opinion from being followed, however sure it is.
//!
//! A veto concerns entries alone: what would reduce a position is never held up, so the caller asks
//! only before a position is opened or turned.
//!
//! Hot: called when a bar has closed. No allocation, no float in a decision.

use gannet_types::{Reason, ReasonCode, School, Side, TopOfBook};

use super::weights::Voices;
use crate::range::{OutOfRange, within};

/// What can be chosen about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VetoConfig {
    /// The widest spread at which a position is opened, in hundredths of a percent of the bid; zero
    /// for any.
    pub spread_bp_max: u32,
    /// A source that says the contrary and is as sure as this, in percent, forbids an entry; zero if
    /// none may.
    pub contrary_percent: u8,
    /// The least share of trend at which a position is opened, in percent; zero for any.
    pub trend_percent_min: u8,
    /// The largest share of trend, in percent; 100 for any.
    pub trend_percent_max: u8,
}

impl VetoConfig {
    /// Forbids nothing.
    pub const NONE: Self = Self {
        spread_bp_max: 0,
        contrary_percent: 0,
        trend_percent_min: 0,
        trend_percent_max: 100,
    };

    /// Checks the ranges.
    ///
    /// # Errors
    /// Names the key that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        within("spread_bp_max", self.spread_bp_max, 0..=10_000)?;
        within("contrary_percent", self.contrary_percent, 0..=100)?;
        within("trend_percent_max", self.trend_percent_max, 0..=100)?;
        within("trend_percent_min", self.trend_percent_min, 0..=self.trend_percent_max)
    }

    /// Returns why a position must not be opened on this side now, if so. `voices` are those of the
    /// sources, `model` is the lean of the model that was heard, `trend` the share of trend if it is
    /// known.
    #[must_use]
    pub fn refuse(
        &self,
        side: Side,
        top: &TopOfBook,
        voices: &Voices,
        model: Option<i16>,
        trend: Option<i16>,
    ) -> Option<Reason> {
        self.spread(top)
            .or_else(|| self.contrary(side, voices, model))
            .or_else(|| self.regime(trend?))
    }

    fn spread(&self, top: &TopOfBook) -> Option<Reason> {
        let spread = i128::from((top.ask.price - top.bid.price).0);
        let bid = i128::from(top.bid.price.0);
        let wide = self.spread_bp_max > 0 && spread * 10_000 > bid * i128::from(self.spread_bp_max);
        wide.then(|| {
            let hundredths = 10_000.0 * spread as f64 / bid.max(1) as f64;
            Reason::new(ReasonCode::SpreadWide, hundredths as f32)
        })
    }

    fn contrary(&self, side: Side, voices: &Voices, model: Option<i16>) -> Option<Reason> {
        if self.contrary_percent == 0 {
            return None;
        }
        let least = i32::from(self.contrary_percent) * 100;
        let of_schools = School::ALL.into_iter().map(|school| voices.of(school));
        let against = |lean: &i16| match side {
            Side::Buy => -i32::from(*lean) >= least,
            Side::Sell => i32::from(*lean) >= least,
        };
        let lean = of_schools.chain(model).find(against)?;
        Some(Reason::new(ReasonCode::Vetoed, f32::from(lean) / 100.0))
    }

    fn regime(&self, trend: i16) -> Option<Reason> {
        let share = trend.unsigned_abs();
        let range = u16::from(self.trend_percent_min)..=u16::from(self.trend_percent_max);
        (!range.contains(&share)).then(|| Reason::new(ReasonCode::Regime, f32::from(share)))
    }
}

#[cfg(test)]
mod tests {
    use gannet_types::{Level, Lots, Ticks};

    use super::*;

    fn top(bid: i64, ask: i64) -> TopOfBook {
        let level = |price| Level { price: Ticks(price), lots: Lots(5) };
        TopOfBook { update_id: 1, bid: level(bid), ask: level(ask) }
    }

    fn refused(
        veto: VetoConfig,
        side: Side,
        lean: f64,
        model: Option<i16>,
        trend: Option<i16>,
    ) -> Option<ReasonCode> {
        assert_eq!(veto.check(), Ok(()));
        let mut voices = Voices::default();
        voices.say(School::Gann, lean);
        veto.refuse(side, &top(10_000, 10_010), &voices, model, trend).map(|reason| reason.code)
    }

    #[test]
    fn nothing_is_forbidden_unless_it_is_asked_for() {
        for side in [Side::Buy, Side::Sell] {
            assert_eq!(refused(VetoConfig::NONE, side, -1.0, Some(10_000), Some(100)), None);
        }
    }

    #[test]
    fn a_wide_spread_a_contrary_source_and_the_wrong_regime_forbid() {
        let spread = |most| VetoConfig { spread_bp_max: most, ..VetoConfig::NONE };
        assert_eq!(refused(spread(9), Side::Buy, 0.0, None, None), Some(ReasonCode::SpreadWide));
        assert_eq!(refused(spread(10), Side::Buy, 0.0, None, None), None);

        let veto = VetoConfig { contrary_percent: 50, ..VetoConfig::NONE };
        assert_eq!(refused(veto, Side::Buy, -0.5, None, None), Some(ReasonCode::Vetoed));
        assert_eq!(refused(veto, Side::Buy, -0.49, None, None), None);
        assert_eq!(refused(veto, Side::Sell, -0.5, None, None), None);
        assert_eq!(refused(veto, Side::Sell, 0.0, Some(5_000), None), Some(ReasonCode::Vetoed));

        let trends =
            VetoConfig { trend_percent_min: 40, trend_percent_max: 90, ..VetoConfig::NONE };
        for (trend, allowed) in [(39, false), (-40, true), (90, true), (-91, false)] {
            let expected = (!allowed).then_some(ReasonCode::Regime);
            assert_eq!(refused(trends, Side::Buy, 0.0, None, Some(trend)), expected, "{trend}");
        }
        assert_eq!(refused(trends, Side::Buy, 0.0, None, None), None);
    }
}
