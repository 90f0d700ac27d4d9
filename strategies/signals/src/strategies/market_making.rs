//! Market making with inventory skew: quotes both sides around a price that leans against what it holds.
//!
//! Source: Marco Avellaneda and Sasha Stoikov, "High-frequency trading in a limit order book",
//! Quantitative Finance 8:3 (2008), equations 29 and 30, with a rolling horizon:
//!
//! ```text
//! reservation price  r = mid - q γ σ² τ
//! half the spread    δ = γ σ² τ / 2 + ln(1 + γ / κ) / γ
//! ```
//!
//! Prices are in ticks; `q` is the inventory in units of the quoted quantity, `σ²` the variance of the
//! mid in ticks² a second, measured over the last changes, `τ` the horizon in seconds, `γ` the aversion
//! to risk per tick, `κ` how fast fills get rarer with the distance, per tick. The bid is rounded down
//! and the ask up; neither ever crosses the market, nor the maker's own order on the other side while
//! that has not moved yet: it would be refused. At the largest inventory the side that would make it
//! larger is not quoted.
//!
//! Hot: called per market message. No allocation; floats with correctly rounded operations only, rounded
//! to ticks at once.

use gannet_pipeline::strategy::{OrderView, Signals, StrategyEvent, View};
use gannet_types::{
    Level, Lots, Nanos, OrderStatus, OrderTerms, Side, SignalAction, Text, Ticks, TimeInForce,
    TopOfBook,
};

use crate::range::{OutOfRange, agrees, within};
use crate::wish::{Motive, Wish};

/// What can be chosen about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MarketMakingConfig {
    /// What is quoted on each side.
    pub lots: Lots,
    /// The largest inventory, long or short.
    pub lots_max: Lots,
    /// `γ`, per tick.
    pub risk_aversion: f64,
    /// `κ`, per tick.
    pub fill_decay: f64,
    /// `τ`, in seconds.
    pub horizon_s: f64,
    /// Changes of the mid over which its variance is measured.
    pub variance_period: u32,
    /// The least distance of a quote from the reservation price, in ticks.
    pub half_spread_ticks_min: i64,
    /// How far a quote may be from where it should be before it moves, in ticks.
    pub follow_ticks: Ticks,
    /// Least time between two changes of a side.
    pub follow_interval: Nanos,
}

impl MarketMakingConfig {
    /// Checks the ranges.
    ///
    /// # Errors
    /// Names the key that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        agrees("quantity", self.lots > Lots::ZERO, "positive")?;
        agrees("inventory_max", self.lots_max >= self.lots, "at least quantity")?;
        within("risk_aversion", self.risk_aversion, 1e-6..=10.0)?;
        within("fill_decay", self.fill_decay, 1e-6..=10.0)?;
        within("horizon_s", self.horizon_s, 0.001..=86_400.0)?;
        within("variance_period", self.variance_period, 2..=100_000)?;
        agrees("half_spread_ticks_min", self.half_spread_ticks_min >= 0, "positive or zero")?;
        agrees("follow_ticks", self.follow_ticks >= Ticks::ZERO, "positive or zero")
    }
}

/// What it remembers.
#[derive(Clone, Debug)]
pub struct MarketMaking {
    config: MarketMakingConfig,
    /// `ln(1 + γ / κ) / γ`, in ticks.
    base: f64,
    variance: Variance,
    /// When bid and ask were changed last.
    changed: [Nanos; 2],
    motive: Motive,
}

impl MarketMaking {
    /// Builds it without any history.
    ///
    /// # Panics
    /// If the configuration is out of range.
    #[must_use]
    pub fn new(config: MarketMakingConfig) -> Self {
        let base = ln_1p(config.risk_aversion / config.fill_decay) / config.risk_aversion;
        Self {
            config,
            base,
            variance: Variance::new(config.variance_period),
            changed: [Nanos::ZERO; 2],
            motive: Motive { confidence: 50, reason: Text::new(b"quotes around its inventory") },
        }
    }

    /// Reacts to an event of its instrument.
    #[inline]
    pub fn on_event(&mut self, view: &View<'_>, event: StrategyEvent<'_>, signals: &mut Signals) {
        if matches!(event, StrategyEvent::Timer | StrategyEvent::Bar(_)) {
            return;
        }
        let two_sided = view.top.bid.lots > Lots::ZERO && view.top.ask.lots > Lots::ZERO;
        if view.live && two_sided {
            self.variance.on_mid(view.now, twice_mid(&view.top));
        }
        let quotes = if view.live && two_sided { self.quotes(view) } else { None };
        for side in [Side::Buy, Side::Sell] {
            let wanted = quotes.and_then(|quotes| quotes[side as usize]);
            self.tend(view, side, wanted, signals);
        }
    }

    /// Returns what should be quoted; `None` before the variance is known.
    fn quotes(&self, view: &View<'_>) -> Option<[Option<Level>; 2]> {
        let config = &self.config;
        let held = view.position.lots;
        let inventory = held.0 as f64 / config.lots.0 as f64;
        let risk = config.risk_aversion * self.variance.a_second()? * config.horizon_s;
        let middle = twice_mid(&view.top) as f64 / 2.0 - inventory * risk;
        let half = (risk / 2.0 + self.base).max(config.half_spread_ticks_min as f64);
        // Never across: at best one tick inside of the other side.
        let bid = ticks((middle - half).floor()).min(view.top.ask.price - Ticks(1));
        let ask = ticks((middle + half).ceil()).max(view.top.bid.price + Ticks(1));
        let lots = |room: Lots| room.min(config.lots);
        let (to_buy, to_sell) = (lots(config.lots_max - held), lots(config.lots_max + held));
        let quote = |price: Ticks, lots: Lots| {
            (lots > Lots::ZERO && price > Ticks::ZERO).then_some(Level { price, lots })
        };
        Some([quote(bid, to_buy), quote(ask, to_sell)])
    }

    /// Brings the order of a side where it should be.
    fn tend(&mut self, view: &View<'_>, side: Side, wanted: Option<Level>, signals: &mut Signals) {
        if view.now.since(self.changed[side as usize]) < self.config.follow_interval {
            return;
        }
        let order = view.orders.iter().find(|order| order.side == side);
        let other = view.orders.iter().find(|order| order.side != side);
        let wanted = wanted.and_then(|level| apart(side, level, other));
        if let Some(wish) = self.step(side, order, wanted)
            && wish.say(view, &self.motive, signals)
        {
            self.changed[side as usize] = view.now;
        }
    }

    fn step(&self, side: Side, order: Option<&OrderView>, wanted: Option<Level>) -> Option<Wish> {
        let wish = |action, level: Level| Wish {
            action,
            side,
            price: level.price,
            lots: level.lots,
            time_in_force: TimeInForce::PostOnly,
            terms: OrderTerms::PLAIN,
        };
        let Some(order) = order else {
            return wanted.map(|level| wish(SignalAction::Place, level));
        };
        if !matches!(order.status, OrderStatus::New | OrderStatus::PartiallyFilled) {
            return None;
        }
        let remaining = order.remaining();
        let Some(level) = wanted else {
            return Some(wish(SignalAction::Cancel(order.id), remaining));
        };
        let far = (level.price - order.price).0.abs() > self.config.follow_ticks.0;
        let too_much = remaining.lots > level.lots;
        // A replacement names the total, what has traded included.
        let total = Level { price: level.price, lots: level.lots + order.cum_lots };
        (far || too_much).then(|| wish(SignalAction::Replace(order.id), total))
    }
}

/// Keeps a quote off the own order on the other side; `None` if there is no room for it.
fn apart(side: Side, level: Level, other: Option<&OrderView>) -> Option<Level> {
    let Some(other) = other else { return Some(level) };
    let price = match side {
        Side::Buy => level.price.min(other.price - Ticks(1)),
        Side::Sell => level.price.max(other.price + Ticks(1)),
    };
    (price > Ticks::ZERO).then_some(Level { price, ..level })
}

/// The variance of the mid, a second: squared changes over the time they took, both fading.
#[derive(Clone, Debug)]
struct Variance {
    weight: f64,
    period: u32,
    last: Option<(Nanos, i64)>,
    squares: f64,
    seconds: f64,
    changes: u32,
}

impl Variance {
    fn new(period: u32) -> Self {
        let weight = 2.0 / (f64::from(period) + 1.0);
        Self { weight, period, last: None, squares: 0.0, seconds: 0.0, changes: 0 }
    }

    fn on_mid(&mut self, now: Nanos, twice_mid: i64) {
        let Some((then, before)) = self.last else {
            self.last = Some((now, twice_mid));
            return;
        };
        if before == twice_mid {
            return;
        }
        self.last = Some((now, twice_mid));
        let change = (twice_mid - before) as f64 / 2.0;
        let seconds = now.since(then).0 as f64 / 1e9;
        self.squares += self.weight * (change * change - self.squares);
        self.seconds += self.weight * (seconds - self.seconds);
        self.changes = self.changes.saturating_add(1);
    }

    /// In ticks² a second; `None` before enough changes.
    fn a_second(&self) -> Option<f64> {
        let known = self.changes >= self.period && self.seconds > 0.0;
        known.then(|| self.squares / self.seconds)
    }
}

fn twice_mid(top: &TopOfBook) -> i64 {
    top.bid.price.0.saturating_add(top.ask.price.0)
}

/// A whole number of ticks, cut to what a price can be.
fn ticks(price: f64) -> Ticks {
    Ticks(price.clamp(-PRICE_MAX, PRICE_MAX) as i64)
}

/// Beyond any price, and exact in a float.
const PRICE_MAX: f64 = 1e15;

/// The natural logarithm of one more than a positive number, by `2 artanh(x / (2 + x))`, with
/// operations that are the same on every machine.
fn ln_1p(x: f64) -> f64 {
    // Halve by square roots until the series converges fast: ln y = 2 ln √y.
    let (mut y, mut doublings) = (1.0 + x, 2.0);
    while y > 1.25 {
        y = y.sqrt();
        doublings *= 2.0;
    }
    let z = if doublings > 2.0 { (y - 1.0) / (y + 1.0) } else { x / (2.0 + x) };
    let square = z * z;
    let terms = (0..20).rev().map(|k| f64::from(2 * k + 1));
    doublings * z * terms.fold(0.0, |sum, odd| sum * square + 1.0 / odd)
}

#[cfg(test)]
mod tests {
    use gannet_pipeline::strategy::SIGNALS_MAX;

    use super::*;
    use crate::testing::{Desk, Dice};

    const CONFIG: MarketMakingConfig = MarketMakingConfig {
        lots: Lots(10),
        lots_max: Lots(30),
        risk_aversion: 0.05,
        fill_decay: 0.5,
        horizon_s: 1.0,
        variance_period: 10,
        half_spread_ticks_min: 1,
        follow_ticks: Ticks::ZERO,
        follow_interval: Nanos::ZERO,
    };

    fn show(maker: &mut MarketMaking, desk: &mut Desk) {
        let mut signals = Signals::with_capacity(SIGNALS_MAX);
        let top = desk.top;
        maker.on_event(&desk.view(), StrategyEvent::Top(&top), &mut signals);
        desk.obey(&signals);
        desk.now = desk.now.after(Nanos::from_millis(100));
    }

    /// A maker that knows a market of one tick up and down ten times a second.
    fn quoting(config: MarketMakingConfig) -> (MarketMaking, Desk) {
        assert_eq!(config.check(), Ok(()));
        let (mut maker, mut desk) = (MarketMaking::new(config), Desk::new(1_000, 1_004));
        for step in 0..40 {
            desk.orders.clear();
            desk.quote(1_000 + step % 2, 1_004 + step % 2);
            show(&mut maker, &mut desk);
        }
        (maker, desk)
    }

    fn prices(desk: &Desk) -> (Option<i64>, Option<i64>) {
        let of = |side| desk.orders.iter().find(|it| it.side == side).map(|it| it.price.0);
        (of(Side::Buy), of(Side::Sell))
    }

    #[test]
    fn the_logarithm_is_one() {
        for x in [1e-9_f64, 0.01, 0.1, 0.5, 1.0, 9.0, 1e6] {
            let (ours, theirs) = (ln_1p(x), x.ln_1p());
            assert!((ours - theirs).abs() <= 4e-15 * theirs.max(1.0), "{x}: {ours} {theirs}");
        }
    }

    #[test]
    fn it_quotes_both_sides_as_the_formula_says() {
        let (_, desk) = quoting(CONFIG);
        // σ² is 10 a second, γσ²τ is 0.5: half a spread of 0.25 + ln(1.1) / 0.05 = 2.156 around 1003.
        assert_eq!(prices(&desk), (Some(1_000), Some(1_006)));
    }

    #[test]
    fn what_it_holds_skews_the_quotes_and_a_full_hand_quotes_one_side() {
        let (mut maker, mut desk) = quoting(CONFIG);
        let (bid, ask) = prices(&desk);
        desk.hold(20, 1_000);
        show(&mut maker, &mut desk);
        let (skewed_bid, skewed_ask) = prices(&desk);
        assert!(skewed_bid < bid && skewed_ask < ask, "{skewed_bid:?} {skewed_ask:?}");
        desk.hold(30, 1_000);
        show(&mut maker, &mut desk);
        assert_eq!(prices(&desk).0, None);
        assert!(prices(&desk).1.is_some());
    }

    #[test]
    fn a_quote_keeps_off_the_own_order_that_has_not_moved_yet() {
        let (mut maker, mut desk) = quoting(CONFIG);
        let before = prices(&desk);
        let stuck = desk.orders.iter().position(|order| order.side == Side::Sell).expect("an ask");
        // As if the ask had been quoted in a lower market and the venue had not answered what moved it.
        (desk.orders[stuck].price, desk.orders[stuck].status) =
            (Ticks(999), OrderStatus::PendingReplace);
        show(&mut maker, &mut desk);
        assert_eq!(prices(&desk), (Some(998), Some(999)));
        desk.orders[stuck].status = OrderStatus::New;
        show(&mut maker, &mut desk);
        show(&mut maker, &mut desk);
        assert_eq!(prices(&desk), before, "both are where they should be");
    }

    #[test]
    fn a_stale_book_is_not_quoted() {
        let (mut maker, mut desk) = quoting(CONFIG);
        assert_eq!(desk.orders.len(), 2);
        desk.live = false;
        show(&mut maker, &mut desk);
        assert!(desk.orders.is_empty());
    }

    #[test]
    fn in_any_market_it_never_crosses_nor_holds_more_than_its_limit() {
        let (mut maker, mut desk, mut dice) =
            (MarketMaking::new(CONFIG), Desk::new(1_000, 1_002), Dice::new(5));
        let (mut mid, mut largest) = (1_000, 0);
        for _ in 0..20_000 {
            mid = (mid + dice.below(7) as i64 - 3).max(100);
            // The desk panics at a resting order that crosses.
            desk.quote(mid, mid + 1 + dice.below(4) as i64);
            show(&mut maker, &mut desk);
            largest = largest.max(desk.position.lots.abs().0);
            assert!(desk.position.lots.abs() <= Lots(30));
        }
        assert!(largest >= 20, "{largest}");
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        let refused = |config: MarketMakingConfig| config.check().expect_err("no").to_string();
        let small = MarketMakingConfig { lots_max: Lots(5), ..CONFIG };
        assert_eq!(refused(small), "inventory_max must be at least quantity");
        let calm = MarketMakingConfig { risk_aversion: f64::NAN, ..CONFIG };
        assert_eq!(refused(calm), "risk_aversion must be 0.000001 to 10");
    }
}
