//! Nothing is lost and nothing comes from nowhere, over a long run of random events.
//!
//! Worlds of [`EVENTS_A_WORLD`] events follow each other, each with its own queue model, latencies,
//! fees, refusals, outages, funding, margin and withdrawals. An auditor keeps its own books from the reports
//! alone and compares them with the venue's. The second instrument of each is an inverse contract: the
//! auditor counts it in millionths of the venue's units, so that what rounding took is seen.
//!
//! `GANNET_EVENTS` sets how many (the slow suite has a million), `GANNET_SEED` which.

use std::collections::VecDeque;

use super::*;
use crate::funding::Funding;
use crate::outage::Outage;
use crate::queue::Exponent;
use crate::{Bracket, FeeSchedule, Fees, Margin};
use gannet_types::{Instrument, InstrumentKind, Money, MoneyScale, Notional, OrderTerms, Rate};

const EVENTS: u64 = 20_000;
const EVENTS_A_WORLD: u64 = 2_000;
const ACCOUNTS: u64 = 2;
const INSTRUMENTS: u64 = 2;
/// The one that is an inverse contract.
const INVERSE: u64 = 1;
const DAY: u64 = 86_400_000_000_000;

/// What reports say of one account in one instrument.
#[derive(Default)]
struct Ledger {
    is_inverse: bool,
    position: i64,
    cash: i128,
    fees: i128,
    /// Profit of what was closed, first in, first out, in millionths.
    realized: i128,
    /// What is open, oldest first: signed lots and their price.
    open: VecDeque<(i64, i64)>,
    trades: i128,
}

/// Units of an inverse contract at a tick, as `docs/simulator.md` says.
const K: i128 = 1_000_000_000_000_000;

impl Ledger {
    fn of(instrument: u64) -> Self {
        Self { is_inverse: instrument == INVERSE, ..Self::default() }
    }

    fn on_trade(&mut self, report: &ExecutionReport) {
        let price = report.last_price.0;
        let mut lots = report.side.signed(report.last_lots).0;
        self.position += lots;
        self.trades += 1;
        let (wide, ticks) = (i128::from(lots), i128::from(price));
        self.cash -= match self.is_inverse {
            false => ticks * wide,
            // Coins received are rounded down, coins paid up.
            true if lots > 0 => -(K * wide / ticks),
            true => (K * -wide + ticks - 1) / ticks,
        };
        self.fees += report.fee.0;
        while lots != 0 {
            match self.open.front_mut() {
                Some((held, paid)) if held.signum() != lots.signum() => {
                    let closed = held.abs().min(lots.abs()) * held.signum();
                    self.realized += gain(self.is_inverse, closed, *paid, price);
                    *held -= closed;
                    lots += closed;
                    if *held == 0 {
                        self.open.pop_front();
                    }
                }
                _ => {
                    self.open.push_back((lots, price));
                    lots = 0;
                }
            }
        }
    }

    fn unrealized(&self, mark: i64) -> i128 {
        self.open.iter().map(|&(lots, paid)| gain(self.is_inverse, lots, paid, mark)).sum()
    }

    /// What the venue may have rounded away of an inverse contract: a unit a trade and one at the end.
    fn lost_max(&self) -> i128 {
        if self.is_inverse { self.trades + 1 } else { 0 }
    }

    /// What it holds at the market, and what must be looked at for margin: worth and stake.
    fn at_market(&self, twice_mid: i128) -> (i128, i128) {
        let lots = i128::from(self.position);
        if !self.is_inverse {
            let worth = (lots * twice_mid).div_euclid(2);
            return (worth, worth);
        }
        let size = (2 * K * lots.abs() + twice_mid - 1) / twice_mid;
        ((-2 * K * lots).div_euclid(twice_mid), size * lots.signum())
    }

    /// What funding of so many millionths costs at the market.
    fn pays(&self, twice_mid: i128, rate_ppm: i64) -> i128 {
        let (lots, rate) = (i128::from(self.position), i128::from(rate_ppm));
        let (exact, divisor) = if self.is_inverse {
            (2 * K * lots * rate, 1_000_000 * twice_mid)
        } else {
            (lots * twice_mid * rate, 2_000_000)
        };
        (exact + divisor - 1).div_euclid(divisor)
    }
}

/// What lots gain from one price to another, in millionths of a unit; of an inverse contract by
/// 1 / from - 1 / to over a common denominator.
fn gain(is_inverse: bool, lots: i64, from: i64, to: i64) -> i128 {
    let ([lots, from, to], million) = ([lots, from, to].map(i128::from), 1_000_000);
    if is_inverse {
        // 10^21 × 10^5 lots × 10^3 ticks, or over prices far away in two steps.
        match (K * million * lots).checked_mul(to - from) {
            Some(exact) => exact.div_euclid(from * to),
            None => K * million * lots / from - K * million * lots / to,
        }
    } else {
        million * lots * (to - from)
    }
}

/// An order as the reports tell it.
#[derive(Clone, Copy, Default)]
struct Told {
    total: i64,
    filled: i64,
}

struct World {
    exchange: Exchange,
    config: ExchangeConfig,
    scales: Vec<MoneyScale>,
    random: Random,
    now: Nanos,
    update_id: u64,
    next_id: u64,
    /// Who sent which order, by its id.
    sent: BTreeMap<u64, (u64, u64, Side)>,
    ledgers: BTreeMap<(u64, u64), Ledger>,
    orders: BTreeMap<Vec<u8>, Told>,
    /// When and how much each account traded.
    volumes: BTreeMap<u64, Vec<(u64, Money)>>,
    counts: Counts,
}

/// What was exercised.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    trades: u64,
    partial: u64,
    refused: u64,
    fundings: u64,
    settled: u64,
    liquidated: u64,
    /// Comparisons of an inverse contract that was traded.
    inverse: u64,
}

fn conditions(random: &mut Random) -> ExchangeConfig {
    let exponent = Exponent::new(1 + random.below(8) as u8).expect("from 1 to 8");
    let queue = [
        QueueModel::Behind,
        QueueModel::Power(exponent),
        QueueModel::PowerOfWhole(exponent),
        QueueModel::PowerOfAhead(exponent),
        QueueModel::Log,
        QueueModel::LogOfWhole,
    ];
    let mut latency = || match random.below(3) {
        0 => Latency::default(),
        1 => Latency::Even { base: Nanos(random.below(40)), jitter: Nanos(random.below(90)) },
        _ => Latency::observed(&[Nanos(5), Nanos(60), Nanos(700)]).expect("there are three"),
    };
    let (latency_in, latency_out) = (latency(), latency());
    let mut rates = || Fees { maker_ppm: random.around(30_000), taker_ppm: random.around(50_000) };
    let tiers = vec![(Money(40_000_000_000), rates()), (Money(9_000_000_000_000), rates())];
    let fees = FeeSchedule::new(rates(), tiers);
    let outage = Outage { after: Nanos(random.below(90_000)), length: Nanos(random.below(9_000)) };
    let rate_ppm = random.around(20_000);
    let interval = Nanos(1 + random.below(20_000));
    let brackets = [(0, 50_000), (30_000_000, 300_000)];
    let brackets = brackets.map(|(from, rate_ppm)| Bracket { from: Money(from), rate_ppm });
    let collateral = Money(4_000_000 * i128::from(1 + random.below(9)));
    let margin = Margin::new(collateral, brackets.to_vec()).filter(|_| random.chance(50));
    ExchangeConfig {
        latency_in,
        latency_out,
        fees,
        queue: queue[random.below(6) as usize],
        reject_ppm: 100_000 * u32::from(random.chance(50)),
        outages: vec![outage],
        margin,
        funding: random.chance(70).then_some(Funding { rate_ppm, interval }),
        rates: vec![Rate::ONE, Rate::new(1 + random.below(20), 1).expect("a rate")],
        withdrawal_percent: 50 * random.below(4) as u32,
        seed: random.bits(),
    }
}

impl World {
    fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let config = conditions(&mut random);
        let step = Increment::parse(b"0.01").expect("a step");
        let instrument = |id| Instrument {
            id: InstrumentId(id as u16),
            symbol: Text::new(b"TEST"),
            tick: step,
            lot: step,
            kind: if id == INVERSE {
                InstrumentKind::Inverse { contract: Rate::ONE }
            } else {
                InstrumentKind::Linear
            },
        };
        let instruments: Vec<Instrument> = (0..INSTRUMENTS).map(instrument).collect();
        let mut world = Self {
            exchange: Exchange::new(config.clone(), &instruments),
            scales: instruments
                .iter()
                .zip(&config.rates)
                .map(|(each, rate)| MoneyScale::of(each).at(*rate))
                .collect(),
            config,
            random,
            now: Nanos(30 * DAY),
            update_id: 1,
            next_id: 1,
            sent: BTreeMap::new(),
            ledgers: BTreeMap::new(),
            orders: BTreeMap::new(),
            volumes: BTreeMap::new(),
            counts: Counts::default(),
        };
        for instrument in 0..INSTRUMENTS {
            world.whole_book(instrument);
        }
        world
    }

    fn whole_book(&mut self, instrument: u64) {
        let bids = [level(98, 5), level(97, 6), level(95, 9)];
        let asks = [level(102, 5), level(103, 7), level(106, 9)];
        self.depth(instrument, DepthKind::SnapshotStart, &bids, &asks);
        self.market(instrument, MarketEvent::Feed(FeedState::Live));
    }

    fn market(&mut self, instrument: u64, event: MarketEvent<'_>) {
        let instrument = InstrumentId(instrument as u16);
        let market = Market { instrument, exchange_time: self.now, received: self.now, event };
        self.exchange.on_market(self.now, &market);
    }

    fn depth(&mut self, instrument: u64, kind: DepthKind, bids: &[Level], asks: &[Level]) {
        self.update_id += 1;
        let update_id = self.update_id;
        let depth = Depth { update_id, kind, last: true, bids, asks };
        self.market(instrument, MarketEvent::Depth(depth));
    }

    /// Lets something happen.
    fn happen(&mut self) {
        let hours = if self.random.below(300) == 0 { self.random.below(200) } else { 0 };
        // Funding is paid so often that a jump over days would take years.
        let jump = if self.config.funding.is_some() { 0 } else { hours * DAY / 24 };
        self.now = Nanos(self.now.0 + jump + self.random.below(60));
        let instrument = self.random.below(INSTRUMENTS);
        let price = 95 + self.random.below(11) as i64;
        let lots = self.random.below(9) as i64;
        match self.random.below(100) {
            0..25 => self.change_book(instrument, price, lots),
            25..45 => {
                let aggressor = if self.random.chance(50) { Side::Sell } else { Side::Buy };
                let (price, lots) = (Ticks(price), Lots(lots + 1));
                let trade = Trade { trade_id: 1, aggressor, price, lots };
                self.market(instrument, MarketEvent::Trade(trade));
            }
            45..55 => {
                self.update_id += 1;
                let (bid, ask) = (level(price, lots + 1), level(price + 1 + lots, lots + 1));
                let top = TopOfBook { update_id: self.update_id, bid, ask };
                self.market(instrument, MarketEvent::Top(top));
            }
            55..56 => {
                self.market(instrument, MarketEvent::Feed(FeedState::Stale(StaleReason::Gap)))
            }
            56..58 => self.whole_book(instrument),
            58..85 => self.enter(instrument, price, lots),
            _ => self.amend(price, lots),
        }
        self.listen();
    }

    fn change_book(&mut self, instrument: u64, price: i64, lots: i64) {
        // What stood on the other side up to there gave way.
        let is_bid = self.random.chance(50);
        let gone: Vec<Level> = (90..115)
            .filter(|other| lots > 0 && if is_bid { *other <= price } else { *other >= price })
            .map(|other| level(other, 0))
            .collect();
        let change = [level(price, lots)];
        let (bids, asks) = if is_bid { (&change[..], &gone[..]) } else { (&gone[..], &change[..]) };
        self.depth(instrument, DepthKind::Delta, bids, asks);
    }

    fn enter(&mut self, instrument: u64, price: i64, lots: i64) {
        let side = if self.random.chance(50) { Side::Buy } else { Side::Sell };
        let time_in_force = [
            TimeInForce::GoodTillCancel,
            TimeInForce::GoodTillCancel,
            TimeInForce::ImmediateOrCancel,
            TimeInForce::FillOrKill,
            TimeInForce::PostOnly,
        ][self.random.below(5) as usize];
        let price = self.random.chance(85).then_some(price);
        let ids = (self.next_id, self.next_id);
        let mut new = request(RequestKind::New, ids, side, 2 * lots, price, time_in_force);
        match self.random.below(10) {
            0 => {
                new.order_type = OrderType::Stop;
                new.terms.stop_price = Ticks(95 + self.random.below(11) as i64);
            }
            1 => {
                new.order_type = OrderType::TrailingStop;
                new.terms.offset = Ticks(1 + self.random.below(4) as i64);
            }
            2 => {
                new.order_type = OrderType::Pegged;
                new.terms.peg = PegReference::Midpoint;
                new.terms.offset = Ticks(self.random.around(2));
            }
            _ => new.terms = OrderTerms::PLAIN,
        }
        let account = self.random.below(ACCOUNTS);
        self.send(account, instrument, new);
    }

    fn amend(&mut self, price: i64, lots: i64) {
        let original = self.next_id.saturating_sub(1 + self.random.below(12)).max(1);
        let Some(&(account, instrument, side)) = self.sent.get(&original) else { return };
        let kind = [
            RequestKind::Cancel,
            RequestKind::Replace,
            RequestKind::Replace,
            RequestKind::Status,
            RequestKind::MassCancel,
        ][self.random.below(5) as usize];
        let ids = match kind {
            RequestKind::Status => (original, original),
            _ => (self.next_id, original),
        };
        let keep = TimeInForce::GoodTillCancel;
        let change = request(kind, ids, side, 2 * lots, Some(price), keep);
        self.send(account, instrument, change);
    }

    fn send(&mut self, account: u64, instrument: u64, request: OrderRequest) {
        let mut request = request;
        request.account = AccountId(account as u16);
        // So that a takeover, which is about no order, says whose.
        request.gateway = GatewayId(account as u8);
        request.instrument = InstrumentId(instrument as u16);
        if request.client_order_id.0 == self.next_id {
            self.sent.insert(self.next_id, (account, instrument, request.side));
            self.next_id += 1;
        }
        self.exchange.on_request(self.now, &request);
    }

    fn listen(&mut self) {
        while let Some(report) = self.exchange.poll(self.now) {
            self.hear(&report);
        }
    }

    fn hear(&mut self, report: &ExecutionReport) {
        self.counts.refused += u64::from(report.reason == RejectReason::Venue);
        let (cum, leaves) = (report.cum_lots.0, report.leaves_lots.0);
        let told = self.orders.entry(report.venue_order_id.as_bytes().to_vec()).or_default();
        match report.kind {
            ExecKind::New | ExecKind::Replaced => {
                told.total = cum + leaves;
                assert_eq!(cum, told.filled, "an acknowledgement credits nothing");
            }
            ExecKind::Trade => {
                told.filled += report.last_lots.0;
                if report.reason == RejectReason::Liquidated {
                    told.total = told.filled;
                }
                assert!(report.last_lots.0 > 0);
                assert_eq!(cum, told.filled, "each part is credited once");
                assert_eq!(cum + leaves, told.total, "nothing is filled beyond the quantity");
                self.counts.trades += 1;
                self.counts.partial += u64::from(leaves > 0);
                self.book(report);
            }
            _ => {}
        }
    }

    fn book(&mut self, report: &ExecutionReport) {
        let instrument = u64::from(report.instrument.0);
        if report.reason == RejectReason::Liquidated {
            return self.book_takeover(report);
        }
        let (account, _, side) = self.sent[&report.client_order_id.0];
        assert_eq!(side, report.side);
        let today = report.transact_time.0 / DAY;
        let days = self.volumes.entry(account).or_default();
        let recent = days.iter().filter(|(day, _)| day + 30 > today).map(|(_, money)| money.0);
        let fees = self.config.fees.at(Money(recent.sum()));
        let fill = Level { price: report.last_price, lots: report.last_lots };
        let scale = self.scales[instrument as usize];
        let fee = fees.of(scale.valuation(), fill, report.liquidity);
        assert_eq!(report.fee, fee, "the tier that was reached");
        days.push((today, scale.stake(fill.price, fill.lots)));
        let ledger = self.ledgers.entry((account, instrument));
        ledger.or_insert_with(|| Ledger::of(instrument)).on_trade(report);
    }

    /// The whole position goes, without a fee.
    fn book_takeover(&mut self, report: &ExecutionReport) {
        let holder = (u64::from(report.gateway.0), u64::from(report.instrument.0));
        let ledger = self.ledgers.entry(holder).or_insert_with(|| Ledger::of(holder.1));
        ledger.on_trade(report);
        assert_eq!((ledger.position, report.fee), (0, Notional::ZERO));
        self.counts.liquidated += 1;
    }

    /// Hears everything that is on its way, and compares the books.
    fn settle(&mut self) {
        self.listen();
        while let Some(next) = self.exchange.next_time() {
            self.now = self.now.max(next);
            self.listen();
        }
        self.counts.settled += 1;
        for account in 0..ACCOUNTS {
            for instrument in 0..INSTRUMENTS {
                let (id, of) = (InstrumentId(instrument as u16), AccountId(account as u16));
                let venue = self.exchange.statement(of, id);
                let ledger = self.ledgers.entry((account, instrument));
                let ledger = ledger.or_insert_with(|| Ledger::of(instrument));
                assert_eq!(venue.position, Lots(ledger.position), "fills are the position");
                assert_eq!(venue.cash, Notional(ledger.cash));
                assert_eq!(venue.fees, Notional(ledger.fees));
                let mark = 90 + self.random.below(20) as i64;
                let paid = ledger.fees + venue.funding.0;
                let exact = ledger.realized + ledger.unrealized(mark) - 1_000_000 * paid;
                let valuation = self.scales[instrument as usize].valuation();
                let lost = exact - 1_000_000 * venue.equity(valuation, Ticks(mark)).0;
                // A match is cut by less than a millionth itself.
                let cut = if ledger.is_inverse { 2 * ledger.trades + 2 } else { 0 };
                let allowed = -cut..=1_000_000 * ledger.lost_max() + cut;
                assert!(allowed.contains(&lost), "to the last unit: {lost} of {allowed:?}");
                self.counts.inverse += u64::from(ledger.is_inverse && ledger.trades > 0);
                assert!(self.config.funding.is_some() || venue.funding == Notional::ZERO);
            }
        }
        if let Some(margin) = &self.config.margin {
            (0..ACCOUNTS).for_each(|account| self.compare_margin(margin, account));
        }
        self.fund();
    }

    /// Nobody is left with less than must be there, and what is there is what the fills made of it.
    fn compare_margin(&self, margin: &Margin, account: u64) {
        let (mut equity, mut required) = (margin.collateral(), Money::ZERO);
        let of = AccountId(account as u16);
        for instrument in 0..INSTRUMENTS {
            let id = InstrumentId(instrument as u16);
            let Some(ledger) = self.ledgers.get(&(account, instrument)) else { continue };
            let listing = self.exchange.listings[usize::from(id.0)].as_ref().expect("it is listed");
            let prices = listing.prices();
            if ledger.position != 0 && prices.is_none() {
                return;
            }
            let (value, stake) =
                prices.map_or((0, 0), |[bid, ask]| ledger.at_market(i128::from(bid.0 + ask.0)));
            let funding = self.exchange.statement(of, id).funding.0;
            let money = |notional| self.scales[instrument as usize].money(Notional(notional));
            equity = equity.plus(money(value)).plus(money(ledger.cash - ledger.fees - funding));
            required = required.plus(margin.maintenance(Money(money(stake).0.abs())));
        }
        assert_eq!(self.exchange.equity(of), Some(equity));
        assert!(required == Money::ZERO || equity >= required, "{equity:?} {required:?}");
    }

    /// Goes to the next payment of funding, with nothing on its way, and checks what each pays.
    fn fund(&mut self) {
        let (Some(funding), Some(at)) = (self.config.funding, self.exchange.next_funding) else {
            return;
        };
        let mut due = Vec::new();
        for ((account, instrument), ledger) in &self.ledgers {
            let (id, of) = (InstrumentId(*instrument as u16), AccountId(*account as u16));
            let listing = self.exchange.listings[usize::from(id.0)].as_ref().expect("it is listed");
            let prices = listing.prices();
            let pays = prices
                .map_or(0, |[bid, ask]| ledger.pays(i128::from(bid.0 + ask.0), funding.rate_ppm));
            due.push((of, id, self.exchange.statement(of, id).funding.0 + pays));
        }
        self.now = at;
        self.market(0, MarketEvent::Feed(FeedState::Live));
        for (of, id, paid) in due {
            assert_eq!(self.exchange.statement(of, id).funding, Notional(paid));
            self.counts.fundings += 1;
        }
    }
}

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
}

#[test]
fn nothing_is_lost_and_nothing_comes_from_nowhere() {
    let (events, seed) = (setting("GANNET_EVENTS", EVENTS), setting("GANNET_SEED", 1));
    let mut counts = Counts::default();
    for index in 0..events.div_ceil(EVENTS_A_WORLD) {
        println!("GANNET_SEED={} is the world", seed + index);
        let mut world = World::new(seed + index);
        world.counts = counts;
        for event in 0..EVENTS_A_WORLD {
            world.happen();
            if event % 100 == 99 {
                world.settle();
            }
        }
        counts = world.counts;
    }
    println!("{events} events: {counts:?}");
    assert!(counts.trades > events / 20, "{counts:?}");
    assert!(counts.partial > events / 100, "{counts:?}");
    assert!(counts.liquidated > events / 1_000, "{counts:?}");
    assert!(counts.inverse > events / 100, "{counts:?}");
    assert!(counts.refused > 0 && counts.fundings > 0, "{counts:?}");
}
