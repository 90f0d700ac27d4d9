//! The strategies that are built in: a closed set, one file each. `docs/strategies.md` tells what each
//! does, and how to add one.
//!
//! Most have opinions on closed bars ([`Technique`]), which are joined with models, sized and worked
//! by the same desk for all of them; the others place orders of their own.

pub mod council;
pub mod cross_venue;
pub mod cycle_reversion;
pub mod follower;
pub mod gann_ehlers;
pub mod harmonic;
pub mod hybrid;
pub mod market_making;
pub mod model_led;
pub mod order_flow;

use gannet_types::{Bar, ExternalOpinion, ExternalSignal, Instrument, Nanos, School, Text};

use crate::fusion::weights::Voices;
use crate::opinion::Technical;
use crate::range::OutOfRange;
use crate::reading::Advice;
use council::{Council, CouncilConfig};
use cross_venue::CrossVenueConfig;
use cycle_reversion::{CycleReversion, CycleReversionConfig};
use follower::{Follower, FollowerConfig};
use gann_ehlers::{GannEhlers, GannEhlersConfig};
use harmonic::{Harmonic, HarmonicConfig};
use hybrid::{Hybrid, HybridConfig};
use market_making::MarketMakingConfig;
use model_led::{ModelLed, ModelLedConfig};
use order_flow::OrderFlowConfig;

/// Which strategy it is, with what can be chosen about it.
#[derive(Clone, Debug, PartialEq)]
pub enum StrategyKind {
    /// A smoothed slope away from Square of 9 levels.
    Harmonic(HarmonicConfig),
    /// Averages, convergence, strength and range.
    Hybrid(HybridConfig),
    /// A trend by Ehlers on its Gann angle.
    GannEhlers(GannEhlersConfig),
    /// Fades a cycle.
    CycleReversion(CycleReversionConfig),
    /// A model decides.
    ModelLed(ModelLedConfig),
    /// Somebody outside decides.
    Follower(FollowerConfig),
    /// Several schools vote.
    Council(Box<CouncilConfig>),
    /// Quotes both sides.
    MarketMaking(MarketMakingConfig),
    /// Takes what an imbalance of orders promises.
    OrderFlow(OrderFlowConfig),
    /// Buys where it is cheaper and sells where it is dearer.
    CrossVenue(CrossVenueConfig),
}

impl StrategyKind {
    /// The names of all kinds, as in the configuration.
    pub const NAMES: [&str; 10] = [
        "harmonic",
        "hybrid",
        "gann_ehlers",
        "cycle_reversion",
        "model_led",
        "follower",
        "council",
        "market_making",
        "order_flow",
        "cross_venue",
    ];

    /// Returns its name, as in the configuration.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        Self::NAMES[match self {
            Self::Harmonic(_) => 0,
            Self::Hybrid(_) => 1,
            Self::GannEhlers(_) => 2,
            Self::CycleReversion(_) => 3,
            Self::ModelLed(_) => 4,
            Self::Follower(_) => 5,
            Self::Council(_) => 6,
            Self::MarketMaking(_) => 7,
            Self::OrderFlow(_) => 8,
            Self::CrossVenue(_) => 9,
        }]
    }

    /// Checks the ranges of what was chosen.
    ///
    /// # Errors
    /// Names the key that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        match self {
            Self::Harmonic(config) => config.check(),
            Self::Hybrid(config) => config.check(),
            Self::GannEhlers(config) => config.check(),
            Self::CycleReversion(config) => config.check(),
            Self::ModelLed(config) => config.check(),
            Self::Follower(config) => config.check(),
            Self::Council(config) => config.check(),
            Self::MarketMaking(config) => config.check(),
            Self::OrderFlow(config) => config.check(),
            Self::CrossVenue(config) => config.check(),
        }
    }
}

/// A strategy that has opinions.
#[derive(Clone, Debug)]
pub enum Technique {
    /// See [`harmonic`].
    Harmonic(Harmonic),
    /// See [`hybrid`].
    Hybrid(Hybrid),
    /// See [`gann_ehlers`].
    GannEhlers(GannEhlers),
    /// See [`cycle_reversion`].
    CycleReversion(CycleReversion),
    /// See [`model_led`].
    ModelLed(ModelLed),
    /// See [`follower`].
    Follower(Follower),
    /// See [`council`].
    Council(Box<Council>),
}

impl Technique {
    /// Builds it without any history; `None` if this kind places orders of its own.
    ///
    /// # Panics
    /// If the configuration is out of range.
    #[must_use]
    pub fn new(kind: &StrategyKind) -> Option<Self> {
        Some(match kind {
            StrategyKind::Harmonic(config) => Self::Harmonic(Harmonic::new(config)),
            StrategyKind::Hybrid(config) => Self::Hybrid(Hybrid::new(*config)),
            StrategyKind::GannEhlers(config) => Self::GannEhlers(GannEhlers::new(*config)),
            StrategyKind::CycleReversion(config) => {
                Self::CycleReversion(CycleReversion::new(*config))
            }
            StrategyKind::ModelLed(config) => Self::ModelLed(ModelLed::new(*config)),
            StrategyKind::Follower(config) => Self::Follower(Follower::new(*config)),
            StrategyKind::Council(config) => Self::Council(Box::new(Council::new(config))),
            StrategyKind::MarketMaking(_)
            | StrategyKind::OrderFlow(_)
            | StrategyKind::CrossVenue(_) => return None,
        })
    }

    /// Takes a closed bar and says what it thinks.
    pub fn on_bar(&mut self, instrument: &Instrument, bar: &Bar) -> Technical {
        match self {
            Self::Harmonic(it) => it.on_bar(instrument, bar),
            Self::Hybrid(it) => it.on_bar(instrument, bar),
            Self::GannEhlers(it) => it.on_bar(instrument, bar),
            Self::CycleReversion(it) => it.on_bar(instrument, bar),
            Self::Council(it) => it.on_bar(instrument, bar),
            Self::ModelLed(_) | Self::Follower(_) => Technical::default(),
        }
    }

    /// Takes what somebody outside says; `None` if it does not listen.
    pub fn on_external(&mut self, now: Nanos, signal: &ExternalSignal) -> Option<Technical> {
        match self {
            Self::Follower(follower) => follower.on_external(now, signal),
            _ => None,
        }
    }

    /// Takes an opinion from outside; `false` if it weighs none, or has no room.
    pub fn on_opinion(&mut self, now: Nanos, opinion: &ExternalOpinion) -> bool {
        match self {
            Self::Council(council) => council.on_opinion(now, opinion),
            _ => false,
        }
    }

    /// Takes the time of the bar that comes next.
    pub fn on_time(&mut self, now: Nanos) {
        if let Self::Council(council) = self {
            council.on_time(now);
        }
    }

    /// Returns why a position should be given up after a model's advice, if it should.
    #[must_use]
    pub fn leave_after(&self, advice: Option<Advice>) -> Option<Text<32>> {
        match self {
            Self::ModelLed(model_led) => model_led.leave(advice),
            _ => None,
        }
    }

    /// Returns whether the model decides alone, whatever is configured of its part.
    #[must_use]
    pub const fn is_led(&self) -> bool {
        matches!(self, Self::ModelLed(_))
    }

    /// Returns what single schools said of the last bar.
    #[must_use]
    pub fn voices(&self) -> Voices {
        match self {
            Self::Council(council) => *council.voices(),
            _ => Voices::default(),
        }
    }

    /// Changes the weight of a school; `false` if it has no weights, or not this one.
    pub fn set_weight(&mut self, school: School, weight: u16) -> bool {
        match self {
            Self::Council(council) => council.set_weight(school, weight),
            _ => false,
        }
    }
}
