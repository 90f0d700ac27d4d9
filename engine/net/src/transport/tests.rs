//! Both sides of an encrypted stream with certificates of an authority made for the test: who is
//! let in, and the sentence that says why not.

use rcgen::{CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};

use super::*;
use crate::loopback::{Loopback, until};
use crate::tls::Identity;

/// An authority that signs certificates.
struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate chain and its key, PEM.
struct Signed {
    chain: String,
    key: String,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::self_signed(params, key).expect("a certificate"))
    }

    fn pem(&self) -> String {
        self.0.pem()
    }

    fn sign(&self, name: &str, last_year: i32) -> Signed {
        let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        params.not_after = date_time_ymd(last_year, 3, 1);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.0).expect("a certificate");
        Signed { chain: certificate.pem(), key: key.serialize_pem() }
    }
}

impl Signed {
    fn identity(&self) -> Identity<'_> {
        Identity { chain_pem: self.chain.as_bytes(), key_pem: self.key.as_bytes() }
    }
}

const FUTURE: i32 = 4000;
const PAST: i32 = 2020;
const NAME: &str = "fix.example";

fn server(identity: &Signed, clients: Option<&Authority>) -> TlsServerConfig {
    let roots = clients.map(Authority::pem);
    let roots = roots.as_ref().map(String::as_bytes);
    TlsServerConfig::with_client_roots(identity.identity(), roots).expect("a server")
}

fn client(trusted: &Authority, identity: Option<&Signed>) -> TlsClientConfig {
    let identity = identity.map(Signed::identity);
    TlsClientConfig::with_identity(Some(trusted.pem().as_bytes()), identity).expect("a client")
}

/// Connects and returns both ends.
fn pair(server: TlsServerConfig, client: &TlsClientConfig, name: &str) -> (Transport, Transport) {
    let loopback = Loopback { server_tls: Some(server), ..Loopback::plain() };
    let options = TcpOptions::default();
    let near = Transport::open(loopback.address(), Some((client, name)), options).expect("socket");
    let far = loopback.accept();
    until(|| near.poll_connected().expect("loopback").then_some(()));
    (near, far)
}

/// Sends a word each way; returns why either side refused, the client's reason first.
fn talk(near: &mut Transport, far: &mut Transport) -> (Option<String>, Option<String>) {
    let mut ends = [(near, b"ping", None, false), (far, b"pong", None, false)];
    for (end, word, ..) in &mut ends {
        end.write(&word[..]).expect("the session has room");
    }
    until(|| {
        for (end, _, failed, heard) in &mut ends {
            let mut buffer = [0; 64];
            match end.read(&mut buffer) {
                Ok(ReadOutcome::Bytes(count)) => *heard |= count == 4,
                Ok(ReadOutcome::WouldBlock | ReadOutcome::Closed) => {}
                Err(error) => *failed = failed.take().or(Some(error.to_string())),
            }
        }
        let done = |end: &(_, _, Option<String>, bool)| end.2.is_some() || end.3;
        // A server that refuses a certificate does so after the client has finished.
        let refused = ends.iter().any(|end| end.2.is_some());
        (done(&ends[0]) && done(&ends[1])
            || refused && ends.iter().all(|end| end.2.is_some() || end.3))
        .then_some(())
    });
    let [near, far] = ends;
    (near.2, far.2)
}

#[track_caller]
fn check(server: TlsServerConfig, client: &TlsClientConfig, near_says: &str, far_says: &str) {
    let (mut near, mut far) = pair(server, client, NAME);
    let (near_said, far_said) = talk(&mut near, &mut far);
    let said = |said: Option<String>| said.unwrap_or_default();
    assert_eq!((said(near_said).as_str(), said(far_said).as_str()), (near_says, far_says));
}

#[test]
fn both_sides_present_certificates_of_their_own_authorities() {
    let (brokers, clients) = (Authority::new("one"), Authority::new("other"));
    let (broker, engine) = (brokers.sign(NAME, FUTURE), clients.sign("engine", FUTURE));
    check(server(&broker, Some(&clients)), &client(&brokers, Some(&engine)), "", "");
    check(server(&broker, None), &client(&brokers, None), "", "");
}

#[test]
fn a_refused_server_is_explained_in_one_sentence() {
    let (brokers, others) = (Authority::new("one"), Authority::new("other"));
    let refused = "TLS: the certificate of the peer is refused: ";
    let blamed = "TLS: the peer refuses our certificate: ";
    let of = |signed: &Signed| server(signed, None);
    check(
        of(&brokers.sign(NAME, PAST)),
        &client(&brokers, None),
        &format!("{refused}it expired on 2020-03-01 00:00:00 UTC"),
        &format!("{blamed}it has expired"),
    );
    check(
        of(&others.sign(NAME, FUTURE)),
        &client(&brokers, None),
        &format!(
            "{refused}no authority that we trust has signed it; is the CA file the right one?"
        ),
        &format!("{blamed}it does not know the authority that signed it"),
    );
    check(
        of(&brokers.sign("web.example", FUTURE)),
        &client(&brokers, None),
        &format!(
            "{refused}it is for web.example, and `fix.example` was expected; is the \
             server name the right one?"
        ),
        &format!("{blamed}it does not say why"),
    );
}

#[test]
fn a_client_without_a_good_certificate_is_not_let_in() {
    let (brokers, clients) = (Authority::new("one"), Authority::new("other"));
    let broker = brokers.sign(NAME, FUTURE);
    let strict = || server(&broker, Some(&clients));
    let blamed = "TLS: the peer refuses our certificate: ";
    let refused = "TLS: the certificate of the peer is refused: ";
    check(
        strict(),
        &client(&brokers, None),
        &format!("{blamed}it requires one and we present none"),
        "TLS: the peer presents no certificate, and one is required",
    );
    let expired = clients.sign("engine", PAST);
    check(
        strict(),
        &client(&brokers, Some(&expired)),
        &format!("{blamed}it has expired"),
        &format!("{refused}it expired on 2020-03-01 00:00:00 UTC"),
    );
    let foreign = brokers.sign("engine", FUTURE);
    check(
        strict(),
        &client(&brokers, Some(&foreign)),
        &format!("{blamed}it does not know the authority that signed it"),
        &format!(
            "{refused}no authority that we trust has signed it; is the CA file the right one?"
        ),
    );
}

/// The trap of a driver that loops on a failed stream: every call ends at once with the reason.
#[test]
fn a_failed_stream_says_so_on_every_call_and_touches_no_socket() {
    let (brokers, others) = (Authority::new("one"), Authority::new("other"));
    let broker = brokers.sign(NAME, FUTURE);
    let (mut near, mut far) = pair(server(&broker, None), &client(&others, None), NAME);
    let (first, _) = talk(&mut near, &mut far);
    let first = first.expect("refused");
    // More bytes of the peer may come; none of them may be read.
    let mut buffer = [0; 64];
    for _ in 0..3 {
        assert_eq!(near.read(&mut buffer).expect_err("failed").to_string(), first);
        assert_eq!(near.write(b"more").expect_err("failed").to_string(), first);
        assert_eq!(near.flush().expect_err("failed").to_string(), first);
    }
}

#[test]
fn a_peer_that_speaks_no_tls_is_told_apart() {
    let authority = Authority::new("one");
    let own = authority.sign(NAME, FUTURE);
    let loopback = Loopback { server_tls: Some(server(&own, None)), ..Loopback::plain() };
    let mut near =
        Transport::open(loopback.address(), None, TcpOptions::default()).expect("socket");
    let mut far = loopback.accept();
    until(|| near.poll_connected().expect("loopback").then_some(()));
    near.write(b"8=FIX.4.4\x019=70\x0135=A\x01").expect("written");
    let mut buffer = [0; 64];
    let error = until(|| far.read(&mut buffer).err());
    assert_eq!(error.to_string(), "TLS: the peer does not speak TLS here");
}

/// A client that reads nothing: what we hold for it is bounded, and the rest is refused.
#[test]
fn what_waits_for_a_peer_that_does_not_read_is_bounded() {
    let authority = Authority::new("one");
    let own = authority.sign(NAME, FUTURE);
    let (mut near, mut far) = pair(server(&own, None), &client(&authority, None), NAME);
    assert_eq!(talk(&mut near, &mut far), (None, None));
    let piece = vec![7; 64 * 1024];
    let mut taken = 0_usize;
    until(|| match far.write(&piece).expect("the connection stands") {
        WriteOutcome::Bytes(count) => {
            taken += count;
            None
        }
        WriteOutcome::WouldBlock => Some(()),
    });
    assert!(far.wants_write());
    assert!(taken > piece.len() && taken < 64 << 20, "{taken} bytes");
    // Once it reads, everything comes.
    let mut buffer = vec![0; 64 * 1024];
    until(|| {
        far.flush().expect("the connection stands");
        if let ReadOutcome::Bytes(count) = near.read(&mut buffer).expect("in order") {
            assert!(buffer[..count].iter().all(|byte| *byte == 7));
            taken -= count;
        }
        (taken == 0).then_some(())
    });
}
