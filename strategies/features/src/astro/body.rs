//! The bodies: Sun, Moon and planets.

/// A body seen from the Earth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Body {
    /// The Sun.
    Sun,
    /// The Moon.
    Moon,
    /// Mercury.
    Mercury,
    /// Venus.
    Venus,
    /// Mars.
    Mars,
    /// Jupiter.
    Jupiter,
    /// Saturn.
    Saturn,
    /// Uranus.
    Uranus,
    /// Neptune.
    Neptune,
    /// The centre of mass of Pluto and its moons.
    Pluto,
}

impl Body {
    /// All of them, from the light to the far.
    pub const ALL: [Self; 10] = [
        Self::Sun,
        Self::Moon,
        Self::Mercury,
        Self::Venus,
        Self::Mars,
        Self::Jupiter,
        Self::Saturn,
        Self::Uranus,
        Self::Neptune,
        Self::Pluto,
    ];

    /// Their names in formulas, in the order of [`ALL`](Self::ALL).
    pub const NAMES: &'static [&'static str] = &[
        "sun", "moon", "mercury", "venus", "mars", "jupiter", "saturn", "uranus", "neptune",
        "pluto",
    ];

    /// Returns the name in formulas.
    #[must_use]
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// Returns the body of a name, in any case of letters.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|body| body.name().eq_ignore_ascii_case(name))
    }

    /// Returns whether it ever moves backward.
    #[must_use]
    pub const fn has_stations(self) -> bool {
        !matches!(self, Self::Sun | Self::Moon)
    }
}
