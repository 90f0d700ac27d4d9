//! The catalogue: every indicator by name, with its parameters and where it comes from.
//!
//! An indicator describes itself in a constant [`Entry`] beside its code; its school lists it as a
//! [`Listing`], which can also build it behind a pointer ([`Dynamic`]). Building by name and dynamic
//! dispatch are for the cold side: columns, training, plots. Hot code names the types.

use crate::market::MarketSample;
use crate::parameter::{Arguments, Parameter, ParameterError};
use crate::{AppliedPrice, Candle, EventKind, Indicator, Outputs, Sample};

/// Every school's indicators.
const SCHOOLS: &[&[Listing]] = &[
    crate::ta::INDICATORS,
    crate::micro::INDICATORS,
    crate::dsp::INDICATORS,
    crate::gann::INDICATORS,
    crate::patterns::INDICATORS,
    crate::astro::INDICATORS,
];

/// Where an indicator belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum School {
    /// Classical technical analysis.
    Classical,
    /// Books and trades.
    Microstructure,
    /// Digital signal processing after John Ehlers.
    Ehlers,
    /// Geometry of prices after W. D. Gann.
    Gann,
    /// Positions of the planets.
    Astro,
    /// Candlesticks and chart patterns.
    Patterns,
}

/// Who published an indicator, and where exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// Who wrote it.
    pub author: &'static str,
    /// In which book, article or code.
    pub title: &'static str,
    /// When.
    pub year: u16,
    /// Equation, listing, chapter or page; empty if the whole.
    pub place: &'static str,
}

impl Source {
    /// Names a publication.
    #[must_use]
    pub const fn new(
        author: &'static str,
        title: &'static str,
        year: u16,
        place: &'static str,
    ) -> Self {
        Self { author, title, year, place }
    }
}

/// What the catalogue says about an indicator.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    /// Its name in formulas: lower case, digits and underscores.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// Where it belongs.
    pub school: School,
    /// Its parameters, in the order of arguments.
    pub parameters: &'static [Parameter],
    /// The price it reads if it reads a single one and no other is asked for.
    pub price: AppliedPrice,
    /// Who published it.
    pub source: Source,
}

/// An indicator that is in the catalogue.
pub trait Catalogued: Indicator + Sized {
    /// What the catalogue says about it.
    const ENTRY: Entry;

    /// Checks what the ranges cannot say about arguments, such as their order.
    ///
    /// # Errors
    /// [`ParameterError::Contradiction`], with what is wrong.
    fn agree(_arguments: &Arguments) -> Result<(), ParameterError> {
        Ok(())
    }

    /// Builds it from checked arguments.
    fn build(arguments: &Arguments) -> Self;
}

/// An indicator behind a pointer.
pub trait Dynamic<Origin = Candle>: Send {
    /// Takes the next candle or event and writes one value per output; `None` where not ready, or
    /// where the event is of a kind that is not read.
    ///
    /// # Panics
    /// If the slots are not as many as the outputs.
    fn update(&mut self, origin: &Origin, values: &mut [Option<f64>]);

    /// As [`Dynamic::update`], of what was found valid already: whoever shows one event to many
    /// indicators looks at it once.
    ///
    /// # Panics
    /// If the slots are not as many as the outputs.
    fn step(&mut self, origin: &Origin, values: &mut [Option<f64>]);

    /// Forgets everything.
    fn reset(&mut self);

    /// Returns how many samples pass before the first value.
    fn warm_up(&self) -> usize;
}

/// An indicator in the catalogue: what is said about it, and how it is built.
#[derive(Clone, Copy, Debug)]
pub struct Listing {
    /// What the catalogue says.
    pub entry: Entry,
    /// The names of its outputs.
    pub outputs: &'static [&'static str],
    /// Which events it reads.
    pub event: EventKind,
    agree: fn(&Arguments) -> Result<(), ParameterError>,
    build: Build,
}

#[derive(Clone, Copy, Debug)]
enum Build {
    OnCandles(fn(&Arguments, AppliedPrice) -> Box<dyn Dynamic>),
    OnMarket(fn(&Arguments, AppliedPrice) -> Box<dyn Dynamic<MarketSample>>),
}

/// Why an indicator cannot be built.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum BuildError {
    /// Choose other arguments.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// Use [`Listing::build_on_market`].
    #[error("{0} reads books and trades, not candles")]
    NotOnCandles(&'static str),
    /// Use [`Listing::build`].
    #[error("{0} reads candles, not books and trades")]
    NotOnMarket(&'static str),
}

impl Listing {
    /// Lists an indicator that runs on candles.
    #[must_use]
    pub const fn of<I>() -> Self
    where
        I: Catalogued<Sample: Sample<Origin = Candle>> + Send + 'static,
    {
        Self {
            entry: I::ENTRY,
            outputs: I::Output::NAMES,
            event: I::Sample::EVENT,
            agree: I::agree,
            build: Build::OnCandles(|arguments, price| {
                Box::new(Boxed { indicator: I::build(arguments), price })
            }),
        }
    }

    /// Lists an indicator that runs on books and trades.
    #[must_use]
    pub const fn on_market<I>() -> Self
    where
        I: Catalogued<Sample: Sample<Origin = MarketSample>> + Send + 'static,
    {
        Self {
            entry: I::ENTRY,
            outputs: I::Output::NAMES,
            event: I::Sample::EVENT,
            agree: I::agree,
            build: Build::OnMarket(|arguments, price| {
                Box::new(Boxed { indicator: I::build(arguments), price })
            }),
        }
    }

    /// Returns whether it runs on books and trades instead of candles.
    #[must_use]
    pub const fn is_on_market(&self) -> bool {
        matches!(self.build, Build::OnMarket(_))
    }

    /// Checks arguments; the last ones may be left away.
    ///
    /// # Errors
    /// If one is out of range, or they contradict each other.
    pub fn arguments(&self, given: &[f64]) -> Result<Arguments, ParameterError> {
        let arguments = Arguments::new(self.entry.parameters, given)?;
        (self.agree)(&arguments)?;
        Ok(arguments)
    }

    /// Builds an indicator on candles, reading the given price where it reads a single one.
    ///
    /// # Errors
    /// If an argument is out of range, they contradict each other, or it does not run on candles.
    pub fn build(
        &self,
        given: &[f64],
        price: AppliedPrice,
    ) -> Result<Box<dyn Dynamic>, BuildError> {
        let arguments = self.arguments(given)?;
        match self.build {
            Build::OnCandles(build) => Ok(build(&arguments, price)),
            Build::OnMarket(_) => Err(BuildError::NotOnCandles(self.entry.name)),
        }
    }

    /// Builds an indicator on books and trades.
    ///
    /// # Errors
    /// If an argument is out of range, they contradict each other, or it runs on candles.
    pub fn build_on_market(
        &self,
        given: &[f64],
    ) -> Result<Box<dyn Dynamic<MarketSample>>, BuildError> {
        let arguments = self.arguments(given)?;
        match self.build {
            Build::OnMarket(build) => Ok(build(&arguments, self.entry.price)),
            Build::OnCandles(_) => Err(BuildError::NotOnMarket(self.entry.name)),
        }
    }
}

/// Returns every indicator, school by school.
pub fn all() -> impl Iterator<Item = &'static Listing> {
    SCHOOLS.iter().copied().flatten()
}

/// Returns the indicator of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Listing> {
    all().find(|listing| listing.entry.name == name)
}

struct Boxed<I> {
    indicator: I,
    price: AppliedPrice,
}

impl<I: Indicator + Send> Dynamic<<I::Sample as Sample>::Origin> for Boxed<I> {
    fn update(&mut self, origin: &<I::Sample as Sample>::Origin, values: &mut [Option<f64>]) {
        let sample = I::Sample::of(origin, self.price);
        write(sample.and_then(|sample| self.indicator.update(sample)), values);
    }

    fn step(&mut self, origin: &<I::Sample as Sample>::Origin, values: &mut [Option<f64>]) {
        let sample = I::Sample::of(origin, self.price);
        let output = sample.and_then(|sample| self.indicator.step(sample));
        write(output.filter(Outputs::is_finite), values);
    }

    fn reset(&mut self) {
        self.indicator.reset();
    }

    fn warm_up(&self) -> usize {
        self.indicator.warm_up()
    }
}

#[inline]
fn write<O: Outputs>(output: Option<O>, values: &mut [Option<f64>]) {
    match output {
        Some(output) => output.write(values),
        None => values.fill(None),
    }
}
