//! The schools of thought that may have a say in a decision, and how much each said.

/// A school, or another kind of source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum School {
    /// Averages, momentum and strength.
    Classical,
    /// Ehlers' filters of trends and cycles.
    Ehlers,
    /// Gann's angles and levels.
    Gann,
    /// Patterns of candles.
    Patterns,
    /// Lines of planets.
    Astro,
    /// Somebody outside.
    External,
    /// A model; its share of a decision stands by itself.
    Model,
}

/// How many there are.
pub const SCHOOLS: usize = 7;

impl School {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; SCHOOLS] = [
        Self::Classical,
        Self::Ehlers,
        Self::Gann,
        Self::Patterns,
        Self::Astro,
        Self::External,
        Self::Model,
    ];

    /// Returns its name, as in the configuration and on the admin port.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Classical => "classical",
            Self::Ehlers => "ehlers",
            Self::Gann => "gann",
            Self::Patterns => "patterns",
            Self::Astro => "astro",
            Self::External => "external",
            Self::Model => "model",
        }
    }

    /// Returns the school of a name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|school| school.name() == name)
    }
}

/// How much of what was said each school said, in percent; negative if it spoke against what was
/// decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Schools(pub [i8; SCHOOLS]);

impl Schools {
    /// Returns the share of a school.
    #[must_use]
    pub const fn of(&self, school: School) -> i8 {
        self.0[school as usize]
    }

    /// Returns those that said something, with their shares.
    pub fn spoken(&self) -> impl Iterator<Item = (School, i8)> + '_ {
        School::ALL.into_iter().zip(self.0).filter(|(_, percent)| *percent != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_school_is_found_by_name_and_number() {
        for (number, school) in School::ALL.into_iter().enumerate() {
            assert_eq!(School::of_name(school.name()), Some(school));
            let mut schools = Schools::default();
            schools.0[number] = -7;
            assert_eq!(schools.of(school), -7);
            assert_eq!(schools.spoken().collect::<Vec<_>>(), [(school, -7)]);
        }
        assert_eq!(School::of_name("tea leaves"), None);
    }
}
