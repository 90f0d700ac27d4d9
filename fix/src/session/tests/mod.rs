//! Sessions in virtual time: one against a script, two against each other.

mod pair;
mod restart;
mod script;
