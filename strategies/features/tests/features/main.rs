//! The crate from outside: its catalogue, and golden values.

mod catalog;
mod gann;
mod golden;
mod support;
mod talib;
