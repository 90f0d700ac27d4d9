//! Orders out, executions in. A gateway translates between our requests and a venue's messages;
//! it moves no bytes itself.
#![forbid(unsafe_code)]

pub mod fix;
