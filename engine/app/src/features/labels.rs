//! Room for the texts of a panel: each gets a place of its own, or none.

/// The places that are taken, as left, top, right and bottom in pixels.
#[derive(Default)]
pub(super) struct Labels {
    taken: Vec<[f64; 4]>,
}

/// From one line of text to the next.
pub(super) const LINE: f64 = 11.0;

/// Letters of this size are seldom wider.
const LETTER: f64 = 6.0;

impl Labels {
    /// Keeps texts away from a box: left, top, right and bottom.
    pub(super) fn keep_clear(&mut self, place: [f64; 4]) {
        self.taken.push(place);
    }

    /// Takes the first of the places, given as where a text begins on its baseline, that touches no
    /// other text and nothing that is kept clear.
    pub(super) fn place(
        &mut self,
        text: &str,
        places: impl Iterator<Item = (f64, f64)>,
    ) -> Option<(f64, f64)> {
        let width = Self::width(text);
        for (x, y) in places {
            let [left, top, right, bottom] = [x, y - LINE + 2.0, x + width, y + 2.0];
            let apart = |other: &[f64; 4]| {
                right < other[0] || other[2] < left || bottom <= other[1] || other[3] <= top
            };
            if self.taken.iter().all(apart) {
                self.taken.push([left, top, right, bottom]);
                return Some((x, y));
            }
        }
        None
    }

    /// Returns how wide a text is at most, in pixels.
    pub(super) fn width(text: &str) -> f64 {
        LETTER * text.chars().count() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_takes_the_first_place_that_is_free() {
        let mut labels = Labels::default();
        let mut place =
            |text| labels.place(text, (0..3).map(|line| (10.0, 100.0 - LINE * f64::from(line))));
        assert_eq!(place("abc"), Some((10.0, 100.0)));
        assert_eq!(place("a"), Some((10.0, 89.0)));
        assert_eq!(place("longer"), Some((10.0, 78.0)));
        assert_eq!(place("none"), None, "there are three");
        assert_eq!(labels.place("abc", std::iter::once((29.0, 100.0))), Some((29.0, 100.0)));
        labels.keep_clear([60.0, 80.0, 61.0, 120.0]);
        assert_eq!(labels.place("abc", std::iter::once((50.0, 100.0))), None);
    }
}
