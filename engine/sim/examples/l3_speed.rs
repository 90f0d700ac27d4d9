//! How fast a history order by order is read and traded: `cargo run --release --example l3_speed`.
//!
//! ITCH messages of a generated day, made before, go through reader, keeper and exchange, with two orders
//! of ours among them that are placed anew every thousand messages. The best of five rounds counts; the
//! digest is of everything that was told, and must be the same in all.

use std::time::Instant;

use gannet_sim::exchange::{Exchange, ExchangeConfig};
use gannet_sim::l3::itch::Itch;
use gannet_sim::l3::{Audience, Event, Keeper, Moment};
use gannet_sim::random::Random;
use gannet_types::{
    AccountId, ClientOrderId, GatewayId, Increment, Instrument, InstrumentId, InstrumentKind, Lots,
    Market, MarketEvent, Nanos, OrderRequest, OrderTerms, OrderType, RequestKind, Side, StrategyId,
    Text, Ticks, TimeInForce, TopOfBook,
};

/// Messages in a round: those of a busy stock in an hour.
const MESSAGES: usize = 1_000_000;

/// Orders of each side, about: as many as within a few percent of a large stock's price.
const ORDERS: usize = 400;

fn main() {
    let messages = day();
    let mut digests = Vec::new();
    let (mut reading, mut trading) = (f64::MAX, f64::MAX);
    for _ in 0..5 {
        let started = Instant::now();
        digests.push(play(&messages, &mut Reader::default()).0);
        reading = reading.min(started.elapsed().as_secs_f64());
        let started = Instant::now();
        let mut desk = Desk::new();
        let (digest, placed) = play(&messages, &mut desk);
        trading = trading.min(started.elapsed().as_secs_f64());
        digests.push(digest ^ desk.fills);
        assert!(placed > 0 && digests.iter().step_by(2).all(|it| *it == digests[0]));
        assert!(digests.iter().skip(1).step_by(2).all(|it| *it == digests[1]));
    }
    let rate = |seconds: f64| MESSAGES as f64 / seconds / 1e6;
    println!("read and kept: {:.2} million messages/s, digest {:016x}", rate(reading), digests[0]);
    println!("and matched:   {:.2} million messages/s, digest {:016x}", rate(trading), digests[1]);
}

/// Folds a number into a digest (FNV-1a, a word at a time).
fn fold(digest: &mut u64, word: u64) {
    *digest = (*digest ^ word).wrapping_mul(0x0100_0000_01b3);
}

/// Who hears, and may place orders.
trait Hearer: Audience {
    fn place(&mut self, _at: Nanos, _number: u64, _top: TopOfBook) {}
    fn state(&self) -> (u64, TopOfBook);
}

/// Hears only.
#[derive(Default)]
struct Reader {
    digest: u64,
    top: TopOfBook,
}

impl Audience for Reader {
    fn on_order(&mut self, _at: Nanos, _instrument: InstrumentId, _event: &Event) {}

    fn on_venue_state(&mut self, _market: &Market<'_>) {}

    fn on_market(&mut self, market: &Market<'_>) {
        match market.event {
            MarketEvent::Top(top) => {
                self.top = top;
                fold(&mut self.digest, top.bid.price.0 as u64 ^ (top.ask.lots.0 as u64) << 32);
            }
            MarketEvent::Trade(trade) => fold(&mut self.digest, trade.lots.0 as u64),
            MarketEvent::Depth(depth) => {
                for level in depth.bids.iter().chain(depth.asks) {
                    fold(&mut self.digest, level.price.0 as u64 ^ (level.lots.0 as u64) << 32);
                }
            }
            MarketEvent::Feed(_) | MarketEvent::Status(_) => {}
        }
    }
}

impl Hearer for Reader {
    fn state(&self) -> (u64, TopOfBook) {
        (self.digest, self.top)
    }
}

/// Hears, and has an exchange.
struct Desk {
    reader: Reader,
    exchange: Exchange,
    fills: u64,
}

impl Desk {
    fn new() -> Self {
        let exchange = Exchange::new(ExchangeConfig::default(), &[instrument()]);
        Self { reader: Reader::default(), exchange, fills: 0 }
    }
}

impl Audience for Desk {
    fn on_order(&mut self, at: Nanos, instrument: InstrumentId, event: &Event) {
        self.exchange.on_order(at, instrument, event).expect("the keeper has taken it");
        while let Some(report) = self.exchange.poll(at) {
            fold(&mut self.fills, report.client_order_id.0 ^ (report.cum_lots.0 as u64) << 40);
        }
    }

    fn on_venue_state(&mut self, market: &Market<'_>) {
        self.exchange.on_market(market.received, market);
    }

    fn on_market(&mut self, market: &Market<'_>) {
        self.reader.on_market(market);
    }
}

impl Hearer for Desk {
    fn place(&mut self, at: Nanos, number: u64, top: TopOfBook) {
        for (side, level) in [(Side::Buy, top.bid), (Side::Sell, top.ask)] {
            let id = number * 2 + side as u64;
            let old = id.saturating_sub(2_000);
            let request = |kind, id, price: Ticks| OrderRequest {
                kind,
                gateway: GatewayId(0),
                account: AccountId(0),
                strategy: StrategyId(0),
                instrument: InstrumentId(0),
                client_order_id: ClientOrderId(id),
                original: ClientOrderId(old),
                side,
                order_type: OrderType::Limit,
                time_in_force: TimeInForce::GoodTillCancel,
                price,
                lots: Lots(10),
                terms: OrderTerms::PLAIN,
                origin: Nanos::ZERO,
            };
            self.exchange
                .on_request(at, &request(RequestKind::Cancel, id + (1 << 40), level.price));
            self.exchange.on_request(at, &request(RequestKind::New, id, level.price));
        }
    }

    fn state(&self) -> (u64, TopOfBook) {
        self.reader.state()
    }
}

/// Plays the day; returns the digest and how often orders were placed.
fn play(messages: &[Vec<u8>], hearer: &mut impl Hearer) -> (u64, u64) {
    let (mut itch, mut keepers) = (Itch::new(vec![instrument()]), [Keeper::default()]);
    let mut placed = 0;
    for (number, message) in (0_u64..).zip(messages) {
        let Some((_, time)) = itch.read(message, &mut keepers).expect("a message") else {
            continue;
        };
        let (exchange_time, received) = (Nanos(time), Nanos(time));
        let moment = Moment { instrument: InstrumentId(0), exchange_time, received };
        keepers[0].settle(moment, hearer);
        if number % 1_000 == 999 {
            let (_, top) = hearer.state();
            hearer.place(received, number, top);
            placed += 1;
        }
    }
    (hearer.state().0, placed)
}

fn instrument() -> Instrument {
    let step = |text: &[u8]| Increment::parse(text).expect("a step");
    let (id, symbol) = (InstrumentId(0), Text::new(b"GNT"));
    Instrument { id, symbol, tick: step(b"0.01"), lot: step(b"1"), kind: InstrumentKind::Linear }
}

/// Makes the messages of a market in which orders come and go around a price that wanders.
fn day() -> Vec<Vec<u8>> {
    let mut random = Random::new(1);
    let mut orders: [Vec<(u64, i64, u32)>; 2] = [Vec::new(), Vec::new()];
    let (mut messages, mut middle) = (vec![message(b'R', 0, &[b"GNT     ", &[b' '; 20]])], 20_000);
    for number in 1..=MESSAGES as u64 {
        let side = usize::from(random.chance(50));
        let is_full = orders[side].len() > ORDERS;
        let fields = if orders[side].len() < 20 || !is_full && random.chance(60) {
            // Never through the other side's best.
            let away = 1 + random.below(30) as i64;
            middle += random.around(1);
            let sign = if side == 0 { -1 } else { 1 };
            let best = orders[1 - side].iter().map(|it| it.1 * sign).max();
            let price = (middle * sign + away).max(best.map_or(i64::MIN, |best| best + 1)) * sign;
            let lots = 1 + random.below(300) as u32;
            orders[side].push((number, price, lots));
            let letter: &[u8] = if side == 0 { b"B" } else { b"S" };
            let price = u32::try_from(price * 100).expect("a price").to_be_bytes();
            let parts =
                [&number.to_be_bytes()[..], letter, &lots.to_be_bytes(), b"GNT     ", &price];
            message(b'A', number, &parts)
        } else if random.chance(15) {
            // The oldest of the best is traded with, whole.
            let sign = if side == 0 { 1 } else { -1 };
            let best = orders[side].iter().map(|it| it.1 * sign).max().expect("there are some");
            let at = orders[side].iter().position(|it| it.1 * sign == best).expect("the best");
            let (id, _, lots) = orders[side].remove(at);
            message(b'E', number, &[&id.to_be_bytes(), &lots.to_be_bytes(), &[0; 8]])
        } else {
            let pick = random.below(orders[side].len() as u64) as usize;
            let (id, ..) = orders[side].swap_remove(pick);
            message(b'D', number, &[&id.to_be_bytes()])
        };
        messages.push(fields);
    }
    messages
}

fn message(kind: u8, number: u64, fields: &[&[u8]]) -> Vec<u8> {
    let mut message = vec![kind, 0, 7, 0, 0];
    message.extend_from_slice(&(number * 3_600).to_be_bytes()[2..]);
    fields.iter().for_each(|field| message.extend_from_slice(field));
    message
}
