//! How a broker speaks FIX, as its file in `config/fix` says it.
//!
//! `config/fix/standard.toml` holds every key with its meaning; a broker's file holds
//! differences. `gateway.dialect` names the file. What the pipeline depends on, the capabilities,
//! goes into the journal's start record; names and fields may change between runs.

mod raw;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use gannet_fix::dictionary::Validation;
use gannet_fix::session::Config as SessionConfig;
use gannet_fix::{Dictionary, Version};
use gannet_gateways::fix::{
    AccountField, Dialect, DialectSpec, Expiry, IdBase, IdFormat, InstrumentNames, OwnField,
    OwnValue, SymbolKey,
};
use gannet_types::{Capabilities, Instrument, OrderType, TimeInForce};

pub use self::raw::RawDialect;
use self::raw::{RawCapabilities, RawInstrumentName, RawOrders, RawOwnField};

/// The dialect with every key, as shipped.
pub const STANDARD: &str = include_str!("../../../../config/fix/standard.toml");

/// A broker's dialect, and what its session needs to know of it.
#[derive(Clone, Debug)]
pub struct DialectConfig {
    /// How orders and reports are said.
    pub spec: DialectSpec,
    /// Fields of the Logon besides the usual ones.
    pub logon_fields: Vec<(u32, String)>,
    /// The broker's own dictionary, in QuickFIX's XML format; `None`: the standard one.
    pub dictionary: Option<PathBuf>,
    /// What of the broker's messages is checked.
    pub validation: DialectValidation,
    /// Fields that the broker must send besides those the dictionary requires, by message type.
    pub required: Vec<(String, u32)>,
}

/// What of a broker's messages is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DialectValidation {
    /// Only what the session itself needs.
    Off,
    /// Required fields and known values; unknown tags are let through.
    Lenient,
    /// Everything.
    Full,
}

/// Checks and converts a dialect for `instruments`.
///
/// # Errors
/// Names the key that is wrong and what it must be.
pub(in crate::config) fn dialect(
    raw: &RawDialect,
    instruments: &[Instrument],
) -> anyhow::Result<DialectConfig> {
    let version = version(&raw.version)?;
    let ids = &raw.cl_ord_id;
    let base = match ids.digits.as_str() {
        "decimal" => IdBase::Decimal,
        "base36" => IdBase::Base36,
        other => bail!("cl_ord_id.digits: `{other}` is not `decimal` or `base36`"),
    };
    let orders = &raw.orders;
    let spec = DialectSpec {
        version,
        capabilities: capabilities(&raw.capabilities)?,
        ids: IdFormat::new(&ids.prefix, base, ids.length_max).context(
            "cl_ord_id: the prefix has at most 16 letters, digits, `-`, `_` and `.`, and with the \
             20 digits (decimal) or 13 (base36) of a number is no longer than length_max",
        )?,
        handling: one_byte(&orders.handl_inst, "orders.handl_inst")?,
        order_id_in_cancels: orders.order_id_in_cancels,
        quantity_in_cancels: orders.quantity_in_cancels,
        expiry: match orders.expiry.as_str() {
            "time" => Expiry::Time,
            "date" => Expiry::Date,
            other => bail!("orders.expiry: `{other}` is not `time` or `date`"),
        },
        trailing_stop: one_byte(&orders.trailing_stop_ord_type, "orders.trailing_stop_ord_type")?,
        reduce_only: one_byte(&orders.reduce_only_exec_inst, "orders.reduce_only_exec_inst")?,
        position_effect: orders.position_effect,
        key: match orders.instrument_key.as_str() {
            "symbol" => SymbolKey::Symbol,
            "security_id" => SymbolKey::SecurityId,
            other => bail!("orders.instrument_key: `{other}` is not `symbol` or `security_id`"),
        },
        instruments: names(&raw.instrument, instruments)?,
        accounts: raw.accounts.clone(),
        account_field: account_field(orders)?,
        fields: raw
            .field
            .iter()
            .filter(|field| field.tag != 0)
            .map(own_field)
            .collect::<Result<_, _>>()?,
    };
    // Said once here, so that what contradicts itself is told before anything starts.
    Dialect::new(&spec, instruments)?;
    Ok(DialectConfig {
        spec,
        // The first entries of `standard.toml` hold places only.
        logon_fields: raw
            .logon_field
            .iter()
            .filter(|field| field.tag != 0)
            .map(|field| (field.tag, field.value.clone()))
            .collect(),
        dictionary: (!raw.dictionary.is_empty()).then(|| raw.dictionary.clone().into()),
        validation: match raw.validation.as_str() {
            "off" => DialectValidation::Off,
            "lenient" => DialectValidation::Lenient,
            "full" => DialectValidation::Full,
            other => bail!("validation: `{other}` is not `off`, `lenient` or `full`"),
        },
        required: raw
            .required
            .iter()
            .flat_map(|each| each.tags.iter().map(|&tag| (each.message.clone(), tag)))
            .collect(),
    })
}

impl DialectConfig {
    /// Returns a session's settings with what the dialect says about it: Logon fields, and what
    /// of the broker's messages is checked against which dictionary.
    ///
    /// # Errors
    /// If the broker's dictionary cannot be read or is none.
    pub fn session(&self, mut session: SessionConfig) -> anyhow::Result<SessionConfig> {
        session.credentials.fields.extend(self.logon_fields.iter().cloned());
        let mut validation = match self.validation {
            DialectValidation::Off => return Ok(session),
            DialectValidation::Lenient => Validation::lenient(),
            DialectValidation::Full => Validation::full(),
        };
        validation.also_required.clone_from(&self.required);
        session.validation = validation;
        session.dictionaries = SessionConfig::standard_dictionaries(self.spec.version);
        if let Some(path) = &self.dictionary {
            let name = || format!("dialect.dictionary {}", path.display());
            let text = std::fs::read_to_string(path).with_context(name)?;
            let own = Arc::new(Dictionary::from_xml(&text).with_context(name)?);
            // The last one is that of the application messages.
            session.dictionaries.pop();
            session.dictionaries.push(own);
        }
        Ok(session)
    }
}

fn version(text: &str) -> anyhow::Result<Version> {
    Version::parse(text)
        .filter(|version| version.name() == text)
        .with_context(|| format!("version: `{text}` is not FIX.4.2 to FIX.5.0SP2"))
}

fn capabilities(raw: &RawCapabilities) -> anyhow::Result<Capabilities> {
    let mut types = Vec::new();
    for text in &raw.order_types {
        types.push(word(text, &ORDER_TYPES, "capabilities.order_types")?);
    }
    let mut times = Vec::new();
    for text in &raw.times_in_force {
        times.push(word(text, &TIMES_IN_FORCE, "capabilities.times_in_force")?);
    }
    let mut can = Capabilities::BASIC.with_order_types(&types).with_times_in_force(&times);
    can.display_lots = raw.display_quantity;
    can.replace = match raw.replace.as_str() {
        "native" => true,
        "cancel_new" => false,
        other => bail!("capabilities.replace: `{other}` is not `native` or `cancel_new`"),
    };
    can.mass_cancel = raw.mass_cancel;
    can.mass_status = raw.mass_status;
    can.dont_know_trade = raw.dont_know_trade;
    can.positions = raw.position_requests;
    Ok(can)
}

/// Returns what a word of a list stands for.
fn word<T: Copy>(text: &str, words: &[(&str, T)], key: &str) -> anyhow::Result<T> {
    let known = || words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
    let found = words.iter().find(|(word, _)| *word == text);
    found.map(|(_, value)| *value).with_context(|| format!("{key}: `{text}`; known: {}", known()))
}

/// What the broker calls each instrument, in the order of the configuration.
fn names(
    raw: &[RawInstrumentName],
    instruments: &[Instrument],
) -> anyhow::Result<Vec<InstrumentNames>> {
    let mut names = vec![InstrumentNames::default(); instruments.len()];
    for each in raw {
        // A dialect may name more instruments than are traded today.
        let index = instruments
            .iter()
            .position(|instrument| instrument.symbol.as_bytes() == each.name.as_bytes());
        if let Some(index) = index {
            ensure!(
                names[index] == InstrumentNames::default(),
                "instrument.name `{}` is there twice",
                each.name
            );
            names[index] = InstrumentNames {
                symbol: each.symbol.clone(),
                security_id: each.security_id.clone(),
                security_id_source: each.security_id_source.clone(),
                cfi_code: each.cfi_code.clone(),
                security_type: each.security_type.clone(),
                maturity: each.maturity.clone(),
                exchange: each.exchange.clone(),
            };
        }
    }
    Ok(names)
}

fn account_field(raw: &RawOrders) -> anyhow::Result<AccountField> {
    Ok(match raw.account_field.as_str() {
        "account" => AccountField::Account,
        "party" => AccountField::Party {
            source: one_byte(&raw.party_id_source, "orders.party_id_source")?
                .context("orders.party_id_source is empty")?,
            role: raw.party_role,
        },
        "none" => AccountField::None,
        other => bail!("orders.account_field: `{other}` is not `account`, `party` or `none`"),
    })
}

fn own_field(raw: &RawOwnField) -> anyhow::Result<OwnField> {
    let value = match (raw.from.as_str(), raw.value.as_str()) {
        ("", "") => bail!("field {}: it needs a value, or from = \"account\"", raw.tag),
        ("", value) => OwnValue::Constant(value.to_owned()),
        ("account", "") => OwnValue::Account,
        ("account", _) => bail!("field {}: value and from exclude each other", raw.tag),
        (other, _) => bail!("field {}: from: `{other}` is not `account`", raw.tag),
    };
    Ok(OwnField { messages: raw.messages.clone(), tag: raw.tag, value })
}

/// A value of one character; `None` if it is empty.
fn one_byte(text: &str, key: &str) -> anyhow::Result<Option<u8>> {
    match text.as_bytes() {
        [] => Ok(None),
        [byte] if byte.is_ascii_graphic() => Ok(Some(*byte)),
        _ => bail!("{key}: `{text}` is not one character"),
    }
}

const ORDER_TYPES: [(&str, OrderType); 6] = [
    ("market", OrderType::Market),
    ("limit", OrderType::Limit),
    ("stop", OrderType::Stop),
    ("stop_limit", OrderType::StopLimit),
    ("trailing_stop", OrderType::TrailingStop),
    ("pegged", OrderType::Pegged),
];

const TIMES_IN_FORCE: [(&str, TimeInForce); 9] = [
    ("day", TimeInForce::Day),
    ("good_till_cancel", TimeInForce::GoodTillCancel),
    ("at_the_opening", TimeInForce::AtTheOpening),
    ("immediate_or_cancel", TimeInForce::ImmediateOrCancel),
    ("fill_or_kill", TimeInForce::FillOrKill),
    ("good_till_crossing", TimeInForce::GoodTillCrossing),
    ("good_till_date", TimeInForce::GoodTillDate),
    ("at_the_close", TimeInForce::AtTheClose),
    ("post_only", TimeInForce::PostOnly),
];
