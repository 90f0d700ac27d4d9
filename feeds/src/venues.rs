//! One file a venue: its wire format and nothing else.

pub mod binance_usdm;
