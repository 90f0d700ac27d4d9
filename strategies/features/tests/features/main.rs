//! The crate from outside: its catalogue, and golden values.

mod astro;
mod batch;
mod catalog;
mod classical;
mod ehlers;
mod gann;
mod golden;
mod live;
mod micro;
mod patterns;
mod support;
