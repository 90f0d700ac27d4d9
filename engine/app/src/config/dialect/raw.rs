//! What a dialect's file says, nothing checked but types. `config/fix/standard.toml` documents
//! every key. In lists of tables, keys that are left out are empty.

use serde::{Deserialize, Serialize};

macro_rules! sections {
    ($($(#[doc = $doc:literal])* $name:ident { $($field:ident: $type:ty),* $(,)? })*) => {
        $(
            $(#[doc = $doc])*
            #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
            #[serde(deny_unknown_fields, default)]
            pub struct $name {
                $(#[doc = concat!("`", stringify!($field), "` in `config/fix/standard.toml`.")]
                pub $field: $type),*
            }
        )*
    };
}

sections! {
    /// A whole dialect.
    RawDialect {
        version: String, dictionary: String, validation: String, accounts: Vec<String>,
        capabilities: RawCapabilities, cl_ord_id: RawClOrdId, orders: RawOrders,
        instrument: Vec<RawInstrumentName>, field: Vec<RawOwnField>,
        logon_field: Vec<RawLogonField>, required: Vec<RawRequired>,
    }
    /// What the broker takes.
    RawCapabilities {
        order_types: Vec<String>, times_in_force: Vec<String>, display_quantity: bool,
        replace: String, mass_cancel: bool, mass_status: bool, dont_know_trade: bool,
        position_requests: bool,
    }
    /// How ClOrdIDs look.
    RawClOrdId { prefix: String, digits: String, length_max: usize }
    /// How orders are said.
    RawOrders {
        handl_inst: String, order_id_in_cancels: bool, quantity_in_cancels: bool, expiry: String,
        trailing_stop_ord_type: String, reduce_only_exec_inst: String, position_effect: bool,
        instrument_key: String, account_field: String,
        party_id_source: String, party_role: u32,
    }
    /// What the broker calls an instrument.
    RawInstrumentName {
        name: String, symbol: String, security_id: String, security_id_source: String,
        cfi_code: String, security_type: String, maturity: String, exchange: String,
    }
    /// A field of the broker's own.
    RawOwnField { messages: Vec<String>, tag: u32, value: String, from: String }
    /// A field of the Logon.
    RawLogonField { tag: u32, value: String }
    /// Fields that the broker must send.
    RawRequired { message: String, tags: Vec<u32> }
}
