//! Sessions in virtual time: one against a script, two against each other.

mod features;
mod operator;
mod pair;
mod restart;
mod script;
