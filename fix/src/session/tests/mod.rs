//! Sessions in virtual time: one against a script, two against each other.

mod features;
mod link;
mod operator;
mod pair;
mod reasons;
mod restart;
mod script;
mod traps;
