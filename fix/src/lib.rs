//! The FIX protocol, sans-IO: bytes and the time go in, bytes and events come out.
//!
//! FIX 4.0 to 4.4, and 5.0, 5.0 SP1 and 5.0 SP2 over FIXT.1.1, as initiator and as acceptor.
//! Nothing here opens a socket, reads a clock or starts a thread: a *driver* owns those. It passes
//! received bytes to [`Session::handle_bytes`], writes what [`Session::poll_transmit`] shows, and
//! calls [`Session::handle_timeout`] when [`Session::poll_timeout`] says so. That makes a session
//! easy to put on a thread of one's own choice, and to test in virtual time.
//!
//! Time is `u64` nanoseconds since 1970 UTC everywhere; durations end in `_ns` or say seconds
//! (`_s`). Sizes are bytes. Prices and quantities are exact decimals, never floats.
//!
//! # Two sessions
//!
//! Both roles are the same type. Here they talk to each other without a network:
//!
//! ```
//! use gannet_fix::session::{Config, Role, State};
//! use gannet_fix::tag::{self, msg_type};
//! use gannet_fix::{Event, MemoryStore, Session};
//!
//! let store = || MemoryStore::new(1 << 20);
//! let mut buyer = Session::new(Config::new(Role::Initiator, "BUYER", "SELLER"), store())?;
//! let mut seller = Session::new(Config::new(Role::Acceptor, "SELLER", "BUYER"), store())?;
//!
//! /// Moves all bytes from one session to the other, as a network would.
//! fn carry(
//!     now: u64,
//!     from: &mut Session<MemoryStore>,
//!     to: &mut Session<MemoryStore>,
//!     on_event: &mut dyn FnMut(Event<'_>),
//! ) {
//!     let bytes = from.poll_transmit().to_vec();
//!     from.consume_transmit(bytes.len());
//!     to.handle_bytes(now, &bytes, &mut |event| on_event(event));
//! }
//!
//! let now = 1_723_118_400_000_000_000;
//! buyer.on_connected(now); // its Logon waits to be transmitted
//! seller.on_connected(now);
//! carry(now, &mut buyer, &mut seller, &mut |_| {});
//! carry(now, &mut seller, &mut buyer, &mut |_| {});
//! assert_eq!(buyer.state(), State::LoggedOn);
//!
//! // An order: the header is written already, the body is the caller's.
//! let number = buyer.send(now, msg_type::NEW_ORDER_SINGLE, |order| {
//!     order.str(tag::CL_ORD_ID, "order-1");
//!     order.str(tag::SYMBOL, "BTCUSDT");
//!     order.char(tag::SIDE, b'1');
//!     order.timestamp(tag::TRANSACT_TIME, now);
//!     order.decimal(tag::ORDER_QTY, 15, 1); // 1.5
//!     order.char(tag::ORD_TYPE, b'2');
//!     order.decimal(tag::PRICE, 6_180_020, 2); // 61800.20
//! })?;
//! assert_eq!(number, 2);
//!
//! let mut received = Vec::new();
//! carry(now, &mut buyer, &mut seller, &mut |event| {
//!     if let Event::Application { message, .. } = event {
//!         received.extend(message.get_decimal(tag::PRICE));
//!     }
//! });
//! assert_eq!(received.iter().map(|price| (price.mantissa, price.decimals)).collect::<Vec<_>>(),
//!     [(6_180_020, 2)]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # A driver
//!
//! The smallest that is right, for an initiator with a blocking socket. Messages survive the
//! process in a [`MappedStore`], so that whatever the counterparty has seen can be sent again.
//!
//! ```no_run
//! use std::io::{ErrorKind, Read, Write};
//! use std::net::TcpStream;
//! use std::time::{Duration, SystemTime, UNIX_EPOCH};
//!
//! use gannet_fix::session::{Config, Role};
//! use gannet_fix::{Event, MappedStore, Session, Version};
//!
//! fn now_ns() -> u64 {
//!     SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64)
//! }
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let mut config = Config::new(Role::Initiator, "BUYER", "SELLER");
//!     config.version = Version::Fix44;
//!     config.dictionaries = Config::standard_dictionaries(config.version);
//!     let store = MappedStore::open("buyer.store".as_ref(), 1 << 24)?;
//!     let mut session = Session::new(config, store)?;
//!
//!     let mut socket = TcpStream::connect("broker.example:5001")?;
//!     socket.set_nodelay(true)?;
//!     socket.set_read_timeout(Some(Duration::from_millis(100)))?;
//!     session.on_connected(now_ns());
//!     let (mut buffer, mut over) = ([0; 65_536], false);
//!     while !over {
//!         loop {
//!             let pending = session.poll_transmit();
//!             if pending.is_empty() {
//!                 break;
//!             }
//!             let written = socket.write(pending)?;
//!             session.consume_transmit(written);
//!         }
//!         let count = match socket.read(&mut buffer) {
//!             Ok(0) => break,
//!             Ok(count) => count,
//!             Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => 0,
//!             Err(error) => return Err(error.into()),
//!         };
//!         let mut on_event = |event: Event<'_>| match event {
//!             Event::Application { message, .. } => println!("{}", message.redacted()),
//!             Event::Disconnect { reason } => {
//!                 println!("{reason}");
//!                 over = true;
//!             }
//!             other => println!("{other:?}"),
//!         };
//!         session.handle_bytes(now_ns(), &buffer[..count], &mut on_event);
//!         if session.poll_timeout().is_some_and(|due| due <= now_ns()) {
//!             session.handle_timeout(now_ns(), &mut on_event);
//!         }
//!     }
//!     // A last Logout, if there is one. The peer may be gone already.
//!     let _ = socket.write(session.poll_transmit());
//!     session.on_disconnected(now_ns());
//!     Ok(())
//! }
//! ```
//!
//! An acceptor's driver differs in two things: it accepts the connection, and where several
//! sessions share a port it decodes the first message with a [`Decoder`] to find whose it is.
//! `examples/acceptance` is such a driver, for many sessions on one thread.
//!
//! # What to look at next
//!
//! - [`session::Config`]: all settings, each with its unit and consequence.
//! - [`session::Application`]: answering inside of callbacks, looking at Logons (passwords).
//! - [`session::Session::operate`]: what an operator may do, and when.
//! - [`Dictionary`]: the committed ones, and a broker's own from QuickFIX's XML.
//! - [`session::Schedule`]: hours in a time zone.
//! - [`session::RejectReason`]: who raises which SessionRejectReason.
//!
//! The way of a message in: [`codec::Decoder`] frames and indexes it, [`Message`] shows it
//! without copying, [`session`] decides what it means. The way out: [`codec::Encoder`] writes
//! it into the transmit buffer, the [`Store`] keeps it, and only then may the driver see it.
//!
//! # Invariants
//! - Nothing here reads a clock, opens a socket or knows an order.
//! - No allocation per message after the buffers have been made.
//! - Unsafe code is confined to [`store::MappedStore`] and to the vector functions of the codec.
#![deny(unsafe_code)]

// So that the fuzz targets can use files of the tests as they are.
#[cfg(test)]
extern crate self as gannet_fix;

pub mod codec;
pub mod dictionary;
pub mod message;
pub mod session;
pub mod store;
pub mod tag;
pub mod version;

pub use codec::{Decoder, Encoder, Writer};
pub use dictionary::Dictionary;
pub use message::Message;
pub use session::{Config, Event, Session};
pub use store::{MappedStore, MemoryStore, Store};
pub use version::Version;
