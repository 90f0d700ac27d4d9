//! Connections that have not logged on: a PROXY header if a load balancer must send one, the TLS
//! handshake, and the bytes of one Logon. All bounded in number, size and time.

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};

use gannet_fix::Decoder;
use gannet_fix::codec::Decoded;
use gannet_net::proxy::{ProxyHeader, REST_BYTES_MAX};
use gannet_net::tcp::{ReadOutcome, TcpStream};
use gannet_net::tls::TlsServerConfig;
use gannet_net::transport::Transport;
use gannet_types::Nanos;

use super::directory::Claim;
use crate::config::fix::acceptor::Limits;

/// The fixed part of a PROXY header.
const PROXY_FIXED_BYTES: usize = 16;

/// Longest Logon, and what may come with it in one read.
const LOGON_BYTES_MAX: usize = 8 * 1024;

/// A connection with a whole Logon.
pub(super) struct Arrival {
    pub(super) connection: Transport,
    /// Whose it is, as the PROXY header says if there is one.
    pub(super) source: SocketAddr,
    /// What it says about its sender.
    pub(super) claim: Claim,
    /// The Logon, and perhaps bytes after it.
    pub(super) bytes: Vec<u8>,
}

/// The lobby.
pub(super) struct Lobby {
    limits: Limits,
    proxies: Vec<IpAddr>,
    tls: Option<TlsServerConfig>,
    visitors: VecDeque<Visitor>,
    /// Visitors that poll has yet to look at in this turn.
    left: usize,
    /// Those whose passwords are being checked, by number, and the session they want.
    held: Vec<(u64, usize, Arrival)>,
    next_visitor: u64,
    decoder: Decoder,
}

struct Visitor {
    stage: Stage,
    source: SocketAddr,
    deadline: Nanos,
    bytes: Vec<u8>,
}

enum Stage {
    /// The PROXY header comes before everything, TLS included.
    Proxy(TcpStream),
    Logon(Transport),
}

/// What became of a visitor in one look.
enum Step {
    Waits(Visitor),
    Arrived(Arrival),
    Refused(String),
}

impl Lobby {
    pub(super) fn new(limits: Limits, proxies: Vec<IpAddr>, tls: Option<TlsServerConfig>) -> Self {
        Self {
            limits,
            proxies,
            tls,
            visitors: VecDeque::new(),
            left: 0,
            held: Vec::new(),
            next_visitor: 0,
            decoder: Decoder::new(),
        }
    }

    /// Takes a connection in; `connected` are the sources of those that have logged on.
    ///
    /// # Errors
    /// Why it was closed at once.
    pub(super) fn enter(
        &mut self,
        now: Nanos,
        stream: TcpStream,
        connected: impl Iterator<Item = SocketAddr>,
    ) -> Result<(), String> {
        let Ok(source) = stream.peer_address() else {
            return Err("a connection that was gone at once".to_owned());
        };
        let waiting = self.visitors.iter().map(|visitor| visitor.source);
        let held = self.held.iter().map(|(_, _, arrival)| arrival.source);
        let (mut all, mut same) = (0, 0);
        for other in waiting.chain(held).chain(connected) {
            all += 1;
            same += usize::from(other.ip() == source.ip());
        }
        let is_proxy = self.proxies.contains(&source.ip());
        if all >= self.limits.connections_max {
            return Err(format!("{source}: there are {all} connections already"));
        }
        // A load balancer brings everybody's connections.
        if !is_proxy && same >= self.limits.connections_per_address_max {
            return Err(format!("{source}: it has {same} connections already"));
        }
        let stage = if is_proxy { Stage::Proxy(stream) } else { self.wrap(stream, source)? };
        let deadline = now.after(self.limits.logon_timeout);
        self.visitors.push_back(Visitor { stage, source, deadline, bytes: Vec::new() });
        Ok(())
    }

    /// Looks at visitors until one of them arrives or is refused; `None` once all were looked at.
    pub(super) fn poll(&mut self, now: Nanos) -> Option<Result<Arrival, String>> {
        if self.left == 0 {
            self.left = self.visitors.len();
        }
        while self.left > 0 {
            self.left -= 1;
            let visitor = self.visitors.pop_front()?;
            match self.look(now, visitor) {
                Step::Waits(visitor) => self.visitors.push_back(visitor),
                Step::Arrived(arrival) => return Some(Ok(arrival)),
                Step::Refused(why) => return Some(Err(why)),
            }
        }
        None
    }

    /// Returns the number under which the next arrival will be held.
    pub(super) const fn next_visitor(&self) -> u64 {
        self.next_visitor
    }

    /// Keeps an arrival that wants the session at `place` until its password is checked.
    pub(super) fn hold(&mut self, place: usize, arrival: Arrival) {
        self.held.push((self.next_visitor, place, arrival));
        self.next_visitor += 1;
    }

    /// Gives back the arrival of a number, with the place it wants.
    pub(super) fn release(&mut self, visitor: u64) -> Option<(usize, Arrival)> {
        let index = self.held.iter().position(|(number, ..)| *number == visitor)?;
        let (_, place, arrival) = self.held.swap_remove(index);
        Some((place, arrival))
    }

    /// Closes everybody.
    pub(super) fn close(&mut self) {
        self.visitors.clear();
        self.held.clear();
        self.left = 0;
    }

    fn wrap(&self, stream: TcpStream, source: SocketAddr) -> Result<Stage, String> {
        let wrapped = Transport::accepted(stream, self.tls.as_ref());
        wrapped.map(Stage::Logon).map_err(|error| format!("{source}: {error}"))
    }

    fn look(&mut self, now: Nanos, visitor: Visitor) -> Step {
        let (source, deadline) = (visitor.source, visitor.deadline);
        let step = match visitor.stage {
            Stage::Proxy(_) => self.read_header(visitor),
            Stage::Logon(_) => self.read_logon(visitor),
        };
        match step {
            Step::Waits(_) if now >= deadline => {
                Step::Refused(format!("{source}: no Logon in time"))
            }
            step => step,
        }
    }

    /// Reads exactly the header: what follows may be the TLS library's.
    fn read_header(&mut self, mut visitor: Visitor) -> Step {
        let source = visitor.source;
        let Stage::Proxy(mut stream) = visitor.stage else { unreachable!("asked for by stage") };
        loop {
            let bytes = &visitor.bytes;
            let header = match ProxyHeader::parse(bytes) {
                Ok(header) => header,
                Err(error) => return Step::Refused(format!("{source}: {error}")),
            };
            if let Some(header) = header {
                let source = header.source.unwrap_or(source);
                return match self.wrap(stream, source) {
                    Ok(stage) => Step::Waits(Visitor {
                        stage,
                        source,
                        bytes: Vec::new(),
                        deadline: visitor.deadline,
                    }),
                    Err(why) => Step::Refused(why),
                };
            }
            let wanted = match bytes.get(14..PROXY_FIXED_BYTES) {
                None => PROXY_FIXED_BYTES,
                Some(length) => {
                    let rest = u16::from_be_bytes([length[0], length[1]]);
                    PROXY_FIXED_BYTES + usize::from(rest).min(REST_BYTES_MAX)
                }
            };
            let mut buffer = [0; PROXY_FIXED_BYTES + REST_BYTES_MAX];
            let missing = wanted - bytes.len();
            match stream.read(&mut buffer[..missing]) {
                Ok(ReadOutcome::Bytes(count)) => visitor.bytes.extend_from_slice(&buffer[..count]),
                Ok(ReadOutcome::WouldBlock) => {
                    return Step::Waits(Visitor { stage: Stage::Proxy(stream), ..visitor });
                }
                Ok(ReadOutcome::Closed) | Err(_) => {
                    return Step::Refused(format!("{source}: it left before its PROXY header"));
                }
            }
        }
    }

    fn read_logon(&mut self, mut visitor: Visitor) -> Step {
        let source = visitor.source;
        let Stage::Logon(mut connection) = visitor.stage else {
            unreachable!("asked for by stage")
        };
        let mut buffer = [0; LOGON_BYTES_MAX];
        let room = LOGON_BYTES_MAX - visitor.bytes.len();
        match connection.read(&mut buffer[..room]) {
            Ok(ReadOutcome::Bytes(count)) => visitor.bytes.extend_from_slice(&buffer[..count]),
            Ok(ReadOutcome::WouldBlock) => {
                return Step::Waits(Visitor { stage: Stage::Logon(connection), ..visitor });
            }
            Ok(ReadOutcome::Closed) => {
                return Step::Refused(format!("{source}: it left before its Logon"));
            }
            Err(error) => return Step::Refused(format!("{source}: {error}")),
        }
        let claim = match self.decoder.decode(&visitor.bytes) {
            Decoded::Message { message, .. } => Claim::read(&message),
            Decoded::Garbled { reason, .. } => {
                return Step::Refused(format!(
                    "{source}: the first bytes were no message: {reason}"
                ));
            }
            Decoded::Incomplete if visitor.bytes.len() < LOGON_BYTES_MAX => {
                return Step::Waits(Visitor { stage: Stage::Logon(connection), ..visitor });
            }
            Decoded::Incomplete => Err("the Logon is too long"),
        };
        match claim {
            Ok(claim) => Step::Arrived(Arrival { connection, source, claim, bytes: visitor.bytes }),
            Err(why) => Step::Refused(format!("{source}: {why}")),
        }
    }
}
