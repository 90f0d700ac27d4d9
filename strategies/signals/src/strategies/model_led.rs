//! Model-led: a model of the market decides alone, and the position is given up when it is not sure any
//! more.
//!
//! The model is that of the registry (`docs/models.md`), trained on labels as Marcos López de Prado
//! describes them ("Advances in Financial Machine Learning", 2018, chapter 3: the triple barrier). It
//! needs features and a model that knows sides; one that judges trades says nothing here.
//!
//! Hot: called when a bar has closed. No allocation, integers only.

use gannet_types::Text;

use crate::range::{OutOfRange, within};
use crate::reading::Advice;

/// What can be chosen about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModelLedConfig {
    /// A position is given up once the model is less sure than this, in percent; zero to hold it
    /// until the model says the contrary.
    pub leave_percent: u8,
}

impl ModelLedConfig {
    /// Checks the ranges.
    ///
    /// # Errors
    /// Names the key that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        within("leave_percent", self.leave_percent, 0..=100)
    }
}

/// It remembers nothing: the model does.
#[derive(Clone, Debug)]
pub struct ModelLed {
    config: ModelLedConfig,
}

impl ModelLed {
    /// Builds it.
    #[must_use]
    pub const fn new(config: ModelLedConfig) -> Self {
        Self { config }
    }

    /// Returns why a position should be given up after the model's advice, if it should.
    #[must_use]
    pub fn leave(&self, advice: Option<Advice>) -> Option<Text<32>> {
        let Some(Advice::Market(lean)) = advice else { return None };
        let least = u16::from(self.config.leave_percent) * 100;
        (lean.0.unsigned_abs() < least).then(|| Text::new(b"the model is not sure any more"))
    }
}

#[cfg(test)]
mod tests {
    use gannet_types::Lean;

    use super::*;

    #[test]
    fn it_leaves_when_the_model_is_less_sure() {
        let leaves = |percent, lean| {
            let config = ModelLedConfig { leave_percent: percent };
            assert_eq!(config.check(), Ok(()));
            ModelLed::new(config).leave(Some(Advice::Market(Lean(lean)))).is_some()
        };
        assert!(leaves(10, 999) && leaves(10, -999));
        assert!(!leaves(10, 1_000) && !leaves(10, -1_000));
        assert!(!leaves(0, 0));
        let model_led = ModelLed::new(ModelLedConfig { leave_percent: 50 });
        assert_eq!(model_led.leave(None), None);
        assert_eq!(model_led.leave(Some(Advice::Trade(Lean(0)))), None);
    }
}
