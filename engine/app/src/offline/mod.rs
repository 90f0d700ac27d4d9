//! Runs without sockets: replaying a journal, and trading a recording in virtual time.

pub mod backtest;
pub mod capture;
pub mod explain;
pub mod fix_decode;
pub mod recorded;
pub mod replay;
