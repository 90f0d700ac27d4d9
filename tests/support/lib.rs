//! What the tests share: where things lie, the corpus, a desk to trade at, and child processes.

pub mod broker;
pub mod certificates;
pub mod corpus;
pub mod desk;
pub mod market;
pub mod process;
pub mod random;
pub mod rebuild;
pub mod shelf;
pub mod temp;
pub mod tree;
