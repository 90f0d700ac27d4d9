//! A backtest of one's own strategy: a market, Gannet's pipeline with all its risk, and Gannet's simulated
//! exchange. `cargo run --manifest-path docs/examples/own_strategy/Cargo.toml`
//!
//! The pipeline is a function: inputs go in with their time, outputs come out. What it wants sent is given
//! to the exchange, and what the exchange says is an input again. Live trading is the same with sockets.

mod breakout;
mod market;
mod settings;

use gannet_pipeline::Pipeline;
use gannet_sim::{Exchange, ExchangeConfig, Fees, Latency};
use gannet_types::{
    AccountId, Command, GatewayId, GatewayState, GatewayStatus, Input, InstrumentId, Lots, Market,
    Nanos, OUTBOX_CAPACITY, Outbox, Output, Valuation,
};

use breakout::Breakout;
use market::Walk;

/// Pipeline and exchange, face to face.
struct Backtest {
    pipeline: Pipeline<Breakout>,
    exchange: Exchange,
    outbox: Outbox,
    /// What was refused, and what someone should look at.
    rejects: u64,
    alarms: u64,
}

impl Backtest {
    fn new() -> Self {
        let config = settings::pipeline();
        let venue = ExchangeConfig {
            latency_in: Latency::constant(Nanos::from_millis(1)),
            latency_out: Latency::constant(Nanos::from_millis(1)),
            fees: Fees { maker_ppm: 0, taker_ppm: 50 }.into(),
            ..ExchangeConfig::default()
        };
        let exchange = Exchange::new(venue, &config.instruments);
        let strategy = Breakout::new(200, Lots(5), Nanos::SECOND);
        Self {
            pipeline: Pipeline::new(config, strategy),
            exchange,
            outbox: Outbox::with_capacity(OUTBOX_CAPACITY),
            rejects: 0,
            alarms: 0,
        }
    }

    /// Gives the pipeline an input and does what it wants.
    fn input(&mut self, now: Nanos, input: &Input<'_>) {
        self.outbox.clear();
        self.pipeline.on_input(now, input, &mut self.outbox);
        for output in self.outbox.iter() {
            match output {
                Output::Order(request) => self.exchange.on_request(now, request),
                Output::Reject(_) => self.rejects += 1,
                Output::Alarm(_) => self.alarms += 1,
                _ => {}
            }
        }
    }

    /// Gives both a market message, and the pipeline what the venue has to say.
    fn market(&mut self, market: &Market<'_>) {
        let now = market.received;
        while let Some(report) = self.exchange.poll(now) {
            self.input(now, &Input::Execution(report));
        }
        self.exchange.on_market(now, market);
        self.input(now, &Input::Market(*market));
    }
}

fn main() {
    let mut backtest = Backtest::new();
    let mut walk = Walk::new(7);
    let begin = walk.now();
    backtest.input(begin, &Input::Command(Command::Start));
    let up = GatewayStatus { gateway: GatewayId(0), state: GatewayState::Up };
    backtest.input(begin, &Input::Gateway(up));
    backtest.market(&walk.live());
    for _ in 0..200_000 {
        walk.step(|message| backtest.market(message));
    }
    let account = backtest.exchange.statement(AccountId(0), InstrumentId(0));
    let counters = backtest.pipeline.counters();
    println!("orders     {}", counters.orders);
    println!("fills      {}", counters.fills);
    println!("rejects    {}", backtest.rejects);
    println!("alarms     {}", backtest.alarms);
    println!("position   {} lots", account.position);
    println!(
        "profit     {} ticks x lots, fees included",
        account.equity(Valuation::Linear, walk.mid())
    );
}
