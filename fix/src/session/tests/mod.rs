//! Sessions in virtual time: one against a script, two against each other.

mod features;
mod hours;
mod link;
mod operator;
mod pair;
mod reasons;
mod restart;
mod script;
mod traps;
