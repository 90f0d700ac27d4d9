//! The strategy of the benchmarks: one order on every tick, which trades at once.

use gannet_app::agents::model_port::Advised;
use gannet_app::config::{self, Config};
use gannet_pipeline::strategy::{Signals, Strategy, StrategyEvent, View};
use gannet_types::{
    Instrument, Lots, Nanos, OrderId, OrderTerms, OrderType, Side, Signal, SignalAction,
    StrategyId, Text, TimeInForce,
};

/// The default configuration with the limits out of the way: they are checked, never reached.
/// 65,536 messages in a millisecond are one every 15 ns: no run sends so many.
const OVERLAY: &str = r#"
[gate]
mode = "auto"
[risk]
messages_max = 65536
message_window_ms = 1
duplicate_window_ms = 0
book_age_max_ms = 600000
open_orders_max = 128
loss_max = "100000000"
loss_per_day_max = "100000000"
loss_per_week_max = "100000000"
drawdown_max = "100000000"
losses_in_a_row_max = 1000000000
orders_per_day_max = 1000000000
gross_exposure_max = "100000000"
net_exposure_max = "100000000"
capital = "100000000"
gross_leverage_max = "1000"
net_leverage_max = "1000"
open_positions_max = 1000
trade_risk_ppm_max = 1000000
concentration_ppm_max = 1000000
correlated = [["BTCUSDT"]]
correlated_exposure_max = "100000000"
credit = "100000000"
credit_of_all = "100000000"
trades_per_window_max = 4096
trade_window_ms = 1
positions_timeout_s = 0
positions_unknown = "trade"
[gateway]
sender_comp_id = "GANNET"
target_comp_id = "BROKER"
"#;

/// Which ticks it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    /// Tops only.
    Tops,
    /// Tops, and books once a depth message is whole.
    TopsAndBooks,
}

/// Sends an immediate-or-cancel limit order across the spread on every tick: buys when flat,
/// sells when not, so that the position stays within one lot.
#[derive(Clone, Copy, Debug)]
pub struct Striker {
    answers: Answers,
}

impl Striker {
    /// Makes it.
    #[must_use]
    pub const fn new(answers: Answers) -> Self {
        Self { answers }
    }
}

/// It asks nobody.
impl Advised for Striker {}

impl Strategy for Striker {
    fn on_event(&mut self, view: &View<'_>, event: StrategyEvent<'_>, signals: &mut Signals) {
        match event {
            StrategyEvent::Top(_) => {}
            StrategyEvent::Book if self.answers == Answers::TopsAndBooks => {}
            _ => return,
        }
        if !view.live {
            return;
        }
        let (side, price) = if view.position.lots > Lots::ZERO {
            (Side::Sell, view.top.bid.price)
        } else {
            (Side::Buy, view.top.ask.price)
        };
        let signal = Signal {
            strategy: StrategyId(0),
            instrument: view.instrument.id,
            action: SignalAction::Place,
            side,
            order_type: OrderType::Limit,
            price,
            lots: Lots(1),
            time_in_force: TimeInForce::ImmediateOrCancel,
            terms: OrderTerms::PLAIN,
            confidence: 100,
            reason: Text::default(),
            origin: view.origin,
        };
        // One signal an event: there is room for sixteen.
        let _ = signals.push(signal);
    }
}

/// Returns the configuration of the benchmarks. The ids of its orders begin at a fixed number, so
/// that equal ticks give equal orders.
///
/// # Errors
/// If the program's configuration has changed and this overlay has not.
pub fn configuration() -> anyhow::Result<Config> {
    let mut config = config::parse(&[(OVERLAY, "the benchmark's overlay")])?;
    config.pipeline.first_order_id = OrderId(1 << 24);
    Ok(config)
}

/// Returns the same with so many instruments and accounts. The striker trades the first instrument
/// for the last account; status reports, of which there are more, are an hour apart.
///
/// # Errors
/// If there are more than the program takes.
pub fn of_many(instruments: usize, accounts: usize) -> anyhow::Result<Config> {
    // Groups of the default configuration name the first.
    let instrument = |id: usize| {
        let symbol = if id == 0 { "BTCUSDT".to_owned() } else { format!("BTC{id}") };
        format!("[[instrument]]\nsymbol = \"{symbol}\"\ntick = \"0.10\"\nlot = \"0.001\"\n")
    };
    let account = |id| format!("[[account]]\nname = \"desk{id}\"\n");
    let mut overlay: String = (0..instruments).map(instrument).collect();
    overlay.extend((0..accounts).map(account));
    let last = accounts - 1;
    overlay += &format!("[[strategies]]\nid = \"striker\"\naccount = \"desk{last}\"\n");
    let overlays = [(OVERLAY, "the benchmark's overlay"), (overlay.as_str(), "many")];
    let mut config = config::parse(&overlays)?;
    config.pipeline.first_order_id = OrderId(1 << 24);
    config.pipeline.status_interval = Nanos(3_600 * Nanos::SECOND.0);
    Ok(config)
}

/// Returns the one instrument of the generated market.
#[must_use]
pub fn instrument(config: &Config) -> Instrument {
    config.pipeline.instruments[0]
}
