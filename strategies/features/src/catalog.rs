//! The catalogue: every indicator by name, with its parameters and where it comes from.
//!
//! An indicator describes itself in a constant [`Entry`] beside its code; its school lists it as a
//! [`Listing`], which can also build it behind a pointer ([`Dynamic`]). Building by name and dynamic
//! dispatch are for the cold side: columns, training, plots. Hot code names the types.

use crate::parameter::{Arguments, Parameter, ParameterError};
use crate::{AppliedPrice, Candle, Indicator, Outputs, Sample};

/// Every school's indicators.
const SCHOOLS: &[&[Listing]] = &[crate::ta::INDICATORS, crate::dsp::INDICATORS];

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
pub trait Dynamic: Send {
    /// Takes the next candle and writes one value per output; `None` where not ready.
    ///
    /// # Panics
    /// If the slots are not as many as the outputs.
    fn update(&mut self, candle: &Candle, values: &mut [Option<f64>]);

    /// Forgets everything.
    fn reset(&mut self);

    /// Returns how many candles pass before the first value.
    fn warm_up(&self) -> usize;
}

/// An indicator in the catalogue: what is said about it, and how it is built.
#[derive(Clone, Copy, Debug)]
pub struct Listing {
    /// What the catalogue says.
    pub entry: Entry,
    /// The names of its outputs.
    pub outputs: &'static [&'static str],
    agree: fn(&Arguments) -> Result<(), ParameterError>,
    build: fn(&Arguments, AppliedPrice) -> Box<dyn Dynamic>,
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
            agree: I::agree,
            build: |arguments, price| Box::new(OnCandles { indicator: I::build(arguments), price }),
        }
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

    /// Builds the indicator, reading the given price where it reads a single one.
    ///
    /// # Errors
    /// If an argument is out of range, or they contradict each other.
    pub fn build(
        &self,
        given: &[f64],
        price: AppliedPrice,
    ) -> Result<Box<dyn Dynamic>, ParameterError> {
        Ok((self.build)(&self.arguments(given)?, price))
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

struct OnCandles<I> {
    indicator: I,
    price: AppliedPrice,
}

impl<I> Dynamic for OnCandles<I>
where
    I: Indicator<Sample: Sample<Origin = Candle>> + Send,
{
    fn update(&mut self, candle: &Candle, values: &mut [Option<f64>]) {
        values.fill(None);
        let sample = I::Sample::of(candle, self.price);
        if let Some(output) = sample.and_then(|sample| self.indicator.update(sample)) {
            output.write(values);
        }
    }

    fn reset(&mut self) {
        self.indicator.reset();
    }

    fn warm_up(&self) -> usize {
        self.indicator.warm_up()
    }
}
