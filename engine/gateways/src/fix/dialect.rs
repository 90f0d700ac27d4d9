//! How one broker speaks FIX: version, names of instruments and accounts, its own fields, and
//! what it cannot do.
//!
//! A [`DialectSpec`] is what the configuration says; [`Dialect`] is made from it once: everything
//! that does not change from message to message is written out already.
//!
//! Hot: a request copies two or three ready pieces. No allocation.

use gannet_fix::codec::Writer;
use gannet_fix::{Message, Version};
use gannet_types::increment::parse_decimal;
use gannet_types::{
    AccountId, Capabilities, ClientOrderId, DropCopy, Instrument, InstrumentId, OrderType,
};

use super::id::IdFormat;
use super::{TranslateError, tag};

/// What the configuration says about a broker's FIX.
#[derive(Clone, Debug)]
pub struct DialectSpec {
    /// The version of the application messages, 4.2 or later.
    pub version: Version,
    /// What the broker can do.
    pub capabilities: Capabilities,
    /// How ClOrdIDs look.
    pub ids: IdFormat,
    /// HandlInst(21) of orders; `None` leaves it out, which 4.2 does not allow.
    pub handling: Option<u8>,
    /// Whether cancels, replacements and status requests carry the venue's OrderID(37).
    pub order_id_in_cancels: bool,
    /// Whether cancels carry OrderQty(38).
    pub quantity_in_cancels: bool,
    /// How the end of a good-till-date order is said.
    pub expiry: Expiry,
    /// The OrdType(40) of a trailing stop; `None` says it as the version does.
    pub trailing_stop: Option<u8>,
    /// The ExecInst(18) of a reduce-only order; `None` leaves it out: we alone see to it.
    pub reduce_only: Option<u8>,
    /// Whether orders in hedged accounts, and reports about them, carry PositionEffect(77).
    pub position_effect: bool,
    /// The field that names the instrument in what the broker sends.
    pub key: SymbolKey,
    /// What the broker calls each instrument, in their order; fewer mean that the rest goes by
    /// its own name.
    pub instruments: Vec<InstrumentNames>,
    /// What the broker calls each account, in the order of their ids; none at all: accounts go by
    /// number.
    pub accounts: Vec<String>,
    /// Where the account stands.
    pub account_field: AccountField,
    /// Fields of the broker's own.
    pub fields: Vec<OwnField>,
}

/// How the end of an order is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Expiry {
    /// ExpireTime(126), UTC.
    #[default]
    Time,
    /// ExpireDate(432), the UTC day.
    Date,
}

/// Which field names an instrument.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SymbolKey {
    /// Symbol(55).
    #[default]
    Symbol,
    /// SecurityID(48).
    SecurityId,
}

/// What a broker calls an instrument; what is empty is not written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstrumentNames {
    /// Symbol(55); empty: our own symbol.
    pub symbol: String,
    /// SecurityID(48).
    pub security_id: String,
    /// SecurityIDSource(22), IDSource before 4.3.
    pub security_id_source: String,
    /// CFICode(461), from 4.3 on.
    pub cfi_code: String,
    /// SecurityType(167).
    pub security_type: String,
    /// MaturityMonthYear(200).
    pub maturity: String,
    /// SecurityExchange(207).
    pub exchange: String,
}

/// Where the account of an order stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AccountField {
    /// In Account(1).
    #[default]
    Account,
    /// In a party: PartyID(448) with this PartyIDSource(447) and PartyRole(452), from 4.3 on.
    Party {
        /// PartyIDSource(447).
        source: u8,
        /// PartyRole(452).
        role: u32,
    },
    /// Nowhere: the session says it.
    None,
}

/// A field that the broker wants besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnField {
    /// The messages it stands in, by MsgType(35): D, F, G, H, q, AF, AN.
    pub messages: Vec<String>,
    /// Which field.
    pub tag: u32,
    /// What it says.
    pub value: OwnValue,
}

/// The value of a field of the broker's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnValue {
    /// Always this.
    Constant(String),
    /// The name of the account.
    Account,
}

/// Why a dialect cannot be spoken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DialectError {
    /// Before 4.2 an execution report does not say what happened.
    #[error("FIX 4.2 is the oldest version with an ExecType")]
    Version,
    /// The version has no such message or field.
    #[error("{0} is not part of this FIX version")]
    NotInVersion(&'static str),
    /// A value is empty or holds a separator.
    #[error("`{0}` cannot be the value of a field")]
    Value(String),
    /// A message type that is no request.
    #[error("`{0}` is no message that we send; known are D, F, G, H, q, AF and AN")]
    Message(String),
    /// Two instruments go by one name.
    #[error("two instruments are called `{0}`")]
    AmbiguousSymbol(String),
    /// An ExecInst that is said for something else.
    #[error("ExecInst `{0}` says something else already")]
    Instruction(char),
    /// FIX 4.2 wants to be told how an order is handled.
    #[error("FIX 4.2 needs a handl_inst")]
    HandlInst,
}

/// One broker's FIX, ready to be written and read.
#[derive(Clone, Debug)]
pub struct Dialect {
    pub(super) version: Version,
    pub(super) ids: IdFormat,
    pub(super) handling: Option<u8>,
    pub(super) order_id_in_cancels: bool,
    pub(super) quantity_in_cancels: bool,
    pub(super) expiry: Expiry,
    pub(super) trailing_stop: Option<u8>,
    pub(super) reduce_only: Option<u8>,
    pub(super) position_effect: bool,
    /// Whether the broker takes DontKnowTrade.
    pub(super) dont_know_trade: bool,
    key: SymbolKey,
    listed: Box<[Listed]>,
    accounts: Box<[Account]>,
    account_field: AccountField,
    /// The broker's constant fields, by kind of request.
    constants: [Box<[u8]>; REQUESTS.len()],
    /// The broker's fields that name the account, by kind of request.
    account_tags: [Box<[u32]>; REQUESTS.len()],
}

/// An instrument and what the broker calls it.
#[derive(Clone, Debug)]
struct Listed {
    instrument: Instrument,
    /// What the broker's messages name it by.
    key: Box<[u8]>,
    /// All its names as fields.
    fields: Box<[u8]>,
}

/// An account and what the broker calls it.
#[derive(Clone, Debug)]
struct Account {
    name: Box<[u8]>,
    /// Account(1) or the group of parties.
    fields: Box<[u8]>,
}

/// AccountType(581): carried on the customer side of the books.
const CUSTOMER_SIDE: u64 = 1;

/// The requests, by MsgType(35).
const REQUESTS: [&str; 7] = ["D", "F", "G", "H", "q", "AF", "AN"];

impl DialectSpec {
    /// Returns plain FIX of a version: own symbols, accounts by number, everything allowed that
    /// the version has.
    #[must_use]
    pub fn plain(version: Version) -> Self {
        let mut capabilities = Capabilities::ALL;
        capabilities.mass_cancel = version >= Version::Fix43;
        capabilities.mass_status = version >= Version::Fix43;
        capabilities.positions = version >= Version::Fix44;
        if version < Version::Fix44 {
            let all_but_trailing = [
                OrderType::Market,
                OrderType::Limit,
                OrderType::Stop,
                OrderType::StopLimit,
                OrderType::Pegged,
            ];
            capabilities = capabilities.with_order_types(&all_but_trailing);
        }
        Self {
            version,
            capabilities,
            ids: IdFormat::plain(),
            handling: Some(b'1'),
            order_id_in_cancels: false,
            quantity_in_cancels: true,
            expiry: Expiry::Time,
            trailing_stop: None,
            reduce_only: Some(b'E'),
            position_effect: true,
            key: SymbolKey::Symbol,
            instruments: Vec::new(),
            accounts: Vec::new(),
            account_field: AccountField::Account,
            fields: Vec::new(),
        }
    }
}

impl Dialect {
    /// Returns plain FIX 4.4, as our own simulated broker speaks it.
    ///
    /// # Panics
    /// If a symbol is empty or there twice: the configuration refuses both.
    #[must_use]
    pub fn plain(instruments: &[Instrument]) -> Self {
        Self::new(&DialectSpec::plain(Version::Fix44), instruments)
            .expect("plain FIX 4.4 has all it needs")
    }

    /// Prepares a dialect for instruments, each at the index that is its id.
    ///
    /// # Errors
    /// If the configuration contradicts itself or the version.
    pub fn new(spec: &DialectSpec, instruments: &[Instrument]) -> Result<Self, DialectError> {
        check_version(spec)?;
        let mut listed: Vec<Listed> = Vec::new();
        for (index, instrument) in instruments.iter().enumerate() {
            let names = spec.instruments.get(index).cloned().unwrap_or_default();
            let entry = list(spec, *instrument, &names)?;
            if listed.iter().any(|other| other.key == entry.key) {
                let name = String::from_utf8_lossy(&entry.key).into_owned();
                return Err(DialectError::AmbiguousSymbol(name));
            }
            listed.push(entry);
        }
        let accounts = spec.accounts.iter().map(|name| account(name, &spec.account_field));
        let mut dialect = Self {
            version: spec.version,
            ids: spec.ids.clone(),
            handling: spec.handling,
            order_id_in_cancels: spec.order_id_in_cancels,
            dont_know_trade: spec.capabilities.dont_know_trade,
            quantity_in_cancels: spec.quantity_in_cancels,
            expiry: spec.expiry,
            trailing_stop: spec.trailing_stop,
            reduce_only: spec.reduce_only,
            position_effect: spec.position_effect,
            key: spec.key,
            listed: listed.into(),
            accounts: accounts.collect::<Result<_, _>>()?,
            account_field: spec.account_field.clone(),
            constants: Default::default(),
            account_tags: Default::default(),
        };
        dialect.add_own_fields(&spec.fields)?;
        Ok(dialect)
    }

    /// Returns the version of the application messages.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// Returns the instrument with this id.
    #[must_use]
    pub fn instrument(&self, id: InstrumentId) -> Option<&Instrument> {
        self.listed.get(usize::from(id.0)).map(|listed| &listed.instrument)
    }

    /// Returns the instrument that a message is about.
    ///
    /// # Errors
    /// If the field is missing or names none of them.
    pub fn find(&self, message: &Message<'_>) -> Result<&Instrument, TranslateError> {
        let name = message.get(self.key.tag()).ok_or(TranslateError::UnknownSymbol)?;
        self.find_by_name(name).ok_or(TranslateError::UnknownSymbol)
    }

    /// Returns the instrument that the broker calls `name`. Few: compared one after the other.
    #[must_use]
    pub fn find_by_name(&self, name: &[u8]) -> Option<&Instrument> {
        self.listed.iter().find(|listed| *listed.key == *name).map(|listed| &listed.instrument)
    }

    /// Returns the field that names instruments in what the broker sends.
    #[must_use]
    pub const fn key_tag(&self) -> u32 {
        self.key.tag()
    }

    /// Writes the names of an instrument.
    #[inline]
    pub fn write_instrument(&self, writer: &mut Writer<'_>, id: InstrumentId) {
        match self.listed.get(usize::from(id.0)) {
            Some(listed) => writer.raw(&listed.fields),
            None => writer.bytes(tag::SYMBOL, b""),
        }
    }

    /// Writes the account of a request.
    #[inline]
    pub(super) fn write_account(&self, writer: &mut Writer<'_>, id: AccountId) {
        if self.account_field == AccountField::None {
            return;
        }
        match self.accounts.get(usize::from(id.0)) {
            Some(account) => writer.raw(&account.fields),
            None if self.accounts.is_empty() => writer.uint(tag::ACCOUNT, u64::from(id.0)),
            // An account that the broker has no name for: the message is refused.
            None => writer.bytes(tag::ACCOUNT, b""),
        }
    }

    /// Writes whose positions a message is about: FIX 4.4 wants Account(1) in any case.
    pub(super) fn write_holder(&self, writer: &mut Writer<'_>, id: AccountId) {
        if self.version == Version::Fix44 && self.account_field != AccountField::Account {
            match self.accounts.get(usize::from(id.0)) {
                Some(account) => writer.bytes(tag::ACCOUNT, &account.name),
                None => writer.uint(tag::ACCOUNT, u64::from(id.0)),
            }
        }
        self.write_account(writer, id);
        writer.uint(tag::ACCOUNT_TYPE, CUSTOMER_SIDE);
    }

    /// Writes the broker's own fields of a request.
    #[inline]
    pub(super) fn write_own_fields(&self, writer: &mut Writer<'_>, request: usize, id: AccountId) {
        writer.raw(&self.constants[request]);
        for &tag in &self.account_tags[request] {
            match self.accounts.get(usize::from(id.0)) {
                Some(account) => writer.bytes(tag, &account.name),
                None => writer.uint(tag, u64::from(id.0)),
            }
        }
    }

    /// Reads the account of a message; the first if it names none.
    ///
    /// # Errors
    /// If accounts go by number and it is none.
    pub fn read_account(&self, message: &Message<'_>) -> Result<AccountId, TranslateError> {
        self.find_account(message).map(Option::unwrap_or_default)
    }

    /// Reads the account of a message; `None` if it names none.
    pub(super) fn find_account(
        &self,
        message: &Message<'_>,
    ) -> Result<Option<AccountId>, TranslateError> {
        let field = match &self.account_field {
            AccountField::Account => message.get(tag::ACCOUNT),
            AccountField::Party { role, .. } => party(message, *role),
            AccountField::None => None,
        };
        let Some(name) = field else { return Ok(None) };
        if self.accounts.is_empty() {
            let number = parse_decimal(name).ok();
            let number = number.filter(|(_, decimals)| *decimals == 0);
            return number
                .and_then(|(number, _)| u16::try_from(number).ok())
                .map(|number| Some(AccountId(number)))
                .ok_or(TranslateError::Field { tag: tag::ACCOUNT });
        }
        let index = self.accounts.iter().position(|account| *account.name == *name);
        Ok(Some(index.map_or(DropCopy::UNLISTED, |index| AccountId(index as u16))))
    }

    /// Reads an id of ours.
    pub(super) fn read_id(
        &self,
        message: &Message<'_>,
        tag: u32,
    ) -> Result<ClientOrderId, TranslateError> {
        let text = message.get(tag).ok_or(TranslateError::ForeignOrder)?;
        self.ids.read(text).ok_or(TranslateError::ForeignOrder)
    }

    fn add_own_fields(&mut self, fields: &[OwnField]) -> Result<(), DialectError> {
        for field in fields {
            for message in &field.messages {
                let request =
                    request_index(message).ok_or_else(|| DialectError::Message(message.clone()))?;
                match &field.value {
                    OwnValue::Constant(value) => {
                        let mut constants = self.constants[request].to_vec();
                        push(&mut constants, field.tag, value)?;
                        self.constants[request] = constants.into();
                    }
                    OwnValue::Account => {
                        let mut tags = self.account_tags[request].to_vec();
                        tags.push(field.tag);
                        self.account_tags[request] = tags.into();
                    }
                }
            }
        }
        Ok(())
    }
}

impl SymbolKey {
    const fn tag(self) -> u32 {
        match self {
            Self::Symbol => tag::SYMBOL,
            Self::SecurityId => tag::SECURITY_ID,
        }
    }
}

/// Returns the index of a request by its MsgType(35).
fn request_index(msg_type: &str) -> Option<usize> {
    REQUESTS.iter().position(|known| *known == msg_type)
}

fn check_version(spec: &DialectSpec) -> Result<(), DialectError> {
    let at_least = |version, what| {
        if spec.version >= version { Ok(()) } else { Err(DialectError::NotInVersion(what)) }
    };
    if spec.version < Version::Fix42 {
        return Err(DialectError::Version);
    }
    if spec.version == Version::Fix42 && spec.handling.is_none() {
        return Err(DialectError::HandlInst);
    }
    if let Some(word) = spec.reduce_only.filter(|word| b"6aRPML".contains(word)) {
        return Err(DialectError::Instruction(char::from(word)));
    }
    if spec.capabilities.mass_cancel {
        at_least(Version::Fix43, "OrderMassCancelRequest")?;
    }
    if spec.capabilities.mass_status {
        at_least(Version::Fix43, "OrderMassStatusRequest")?;
    }
    if spec.capabilities.positions {
        at_least(Version::Fix44, "RequestForPositions")?;
    }
    if matches!(spec.account_field, AccountField::Party { .. }) {
        at_least(Version::Fix43, "PartyID")?;
    }
    Ok(())
}

fn list(
    spec: &DialectSpec,
    instrument: Instrument,
    names: &InstrumentNames,
) -> Result<Listed, DialectError> {
    let own = instrument.symbol.to_string();
    let symbol = if names.symbol.is_empty() { &own } else { &names.symbol };
    if !names.cfi_code.is_empty() && spec.version < Version::Fix43 {
        return Err(DialectError::NotInVersion("CFICode"));
    }
    let mut fields = Vec::new();
    push(&mut fields, tag::SYMBOL, symbol)?;
    let others = [
        (tag::SECURITY_ID, &names.security_id),
        (tag::SECURITY_ID_SOURCE, &names.security_id_source),
        (tag::CFI_CODE, &names.cfi_code),
        (tag::SECURITY_TYPE, &names.security_type),
        (tag::MATURITY_MONTH_YEAR, &names.maturity),
        (tag::SECURITY_EXCHANGE, &names.exchange),
    ];
    for (tag, value) in others.into_iter().filter(|(_, value)| !value.is_empty()) {
        push(&mut fields, tag, value)?;
    }
    let key = match spec.key {
        SymbolKey::Symbol => symbol,
        SymbolKey::SecurityId => &names.security_id,
    };
    if key.is_empty() {
        return Err(DialectError::Value(format!("security_id of {own}")));
    }
    Ok(Listed { instrument, key: key.as_bytes().into(), fields: fields.into() })
}

fn account(name: &str, field: &AccountField) -> Result<Account, DialectError> {
    let mut fields = Vec::new();
    match field {
        AccountField::Account => push(&mut fields, tag::ACCOUNT, name)?,
        AccountField::Party { source, role } => {
            push(&mut fields, tag::NO_PARTY_IDS, "1")?;
            push(&mut fields, tag::PARTY_ID, name)?;
            push(&mut fields, tag::PARTY_ID_SOURCE, &char::from(*source).to_string())?;
            push(&mut fields, tag::PARTY_ROLE, &role.to_string())?;
        }
        AccountField::None => {}
    }
    Ok(Account { name: name.as_bytes().into(), fields: fields.into() })
}

/// Returns the PartyID(448) of the party with this role.
fn party<'a>(message: &Message<'a>, role: u32) -> Option<&'a [u8]> {
    let mut id = None;
    for (tag, value) in message.body() {
        match tag {
            tag::PARTY_ID => id = Some(value),
            tag::PARTY_ROLE if parse_decimal(value) == Ok((i64::from(role), 0)) => return id,
            _ => {}
        }
    }
    None
}

/// Writes a field out.
fn push(fields: &mut Vec<u8>, tag: u32, value: &str) -> Result<(), DialectError> {
    if value.is_empty() || value.bytes().any(|byte| byte.is_ascii_control()) {
        return Err(DialectError::Value(value.to_owned()));
    }
    fields.extend_from_slice(format!("{tag}={value}\x01").as_bytes());
    Ok(())
}
