//! Sessions in virtual time: one against a script, two against each other.

mod features;
mod hours;
mod link;
mod model;
mod operator;
mod pair;
mod reasons;
mod restart;
mod script;
mod traps;

use proptest::prelude::*;

proptest! {
    #[test]
    fn any_bytes_are_a_conversation(bytes in prop::collection::vec(any::<u8>(), 0..1500)) {
        model::play(&bytes);
    }
}
