//! A build without tract.

use super::Answer;

/// A graph ready to run: there is none.
pub(crate) enum General {}

impl General {
    /// Says that nothing is prepared here.
    ///
    /// # Errors
    /// Always.
    pub(crate) fn load(_bytes: &[u8], _shape: &[usize]) -> Result<Self, String> {
        Err("this build is without it; build with --features tract".into())
    }

    pub(crate) fn run(&mut self, _row: &[f32]) -> Result<&[Answer], String> {
        match *self {}
    }

    pub(crate) fn outputs(&self) -> &[Answer] {
        match *self {}
    }
}
