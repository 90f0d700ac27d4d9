//! Venue, broker and near end of the echo, all in one thread that owns the stopwatch.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, bail, ensure};
use gannet_fix::session::State;
use gannet_fix::{Event, MemoryStore, Session};
use gannet_gateways::fix::{Dialect, report, request};
use gannet_net::http::HttpServer;
use gannet_net::tcp::{ReadOutcome, TcpListener, TcpStream};
use gannet_net::transport::Transport;
use gannet_net::websocket::server::{accept, is_upgrade};
use gannet_net::websocket::{WsConfig, WsConnection};
use gannet_runtime::clock::Clock;
use gannet_types::{Nanos, OrderRequest, RequestKind};

use super::echo::{ANSWER_BYTES, REQUEST_BYTES, write_all};
use super::hot::{Addresses, Mode};
use super::{Hops, Plan, WireToWire};
use crate::latency::Rounds;
use crate::orders;
use crate::striker::configuration;
use crate::tape::{FrameKind, Tape, TapeFrame};

/// How long anything may take before the measurement is given up.
const PATIENCE: Nanos = Nanos(10_000_000_000);

/// Orders before the first measured one.
const WARM_UP_ROUNDS: usize = 500;

/// After so long without an order none is on its way: longer than a scheduler keeps the engine
/// waiting.
const QUIET: Nanos = Nanos(200_000_000);

/// How long the other thread needs to notice that it is another's turn.
const TURN: Nanos = Nanos(200_000);

/// Polls in vain before the core is offered to others, in case there is but one.
const POLLS_BEFORE_YIELD: u32 = 1 << 14;

/// The other side of everything.
pub(super) struct Peer {
    clock: Clock,
    dialect: Dialect,
    venue: TcpListener,
    broker: TcpListener,
    echo: TcpListener,
    visitors: Vec<HttpServer>,
    stream: Option<WsConnection>,
    /// Streams the engine asks for that have nothing to say here: trades.
    silent: Vec<WsConnection>,
    order_entry: Option<TcpStream>,
    echo_stream: Option<TcpStream>,
    session: Session<MemoryStore>,
    input: Box<[u8]>,
    /// What one read brought: more than one order only while the book joins.
    arrivals: Vec<OrderRequest>,
    order_bytes: usize,
    interval: Nanos,
}

impl Peer {
    /// Listens on three ports of the system's choice.
    pub(super) fn bind(plan: &Plan) -> anyhow::Result<(Self, Addresses)> {
        let listen = || {
            let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
            let listener = TcpListener::bind(any).context("listening on loopback")?;
            let address = listener.local_address().context("the port")?;
            anyhow::Ok((listener, address))
        };
        let ((venue, at_venue), (broker, at_broker), (echo, at_echo)) =
            (listen()?, listen()?, listen()?);
        let config = configuration()?;
        let peer = Self {
            clock: Clock::new(),
            dialect: Dialect::plain(&config.pipeline.instruments),
            venue,
            broker,
            echo,
            visitors: Vec::new(),
            stream: None,
            silent: Vec::new(),
            order_entry: None,
            echo_stream: None,
            session: orders::acceptor(&config, WARM_UP_ROUNDS + plan.blocks * plan.rounds)?,
            input: vec![0; 64 * 1024].into_boxed_slice(),
            arrivals: Vec::new(),
            order_bytes: 0,
            interval: plan.interval,
        };
        Ok((peer, Addresses { venue: at_venue, broker: at_broker, echo: at_echo }))
    }

    /// Waits for the engine, warms it up, and measures.
    pub(super) fn measure(
        &mut self,
        plan: &Plan,
        tape: &Tape,
        mode: &Mode,
    ) -> anyhow::Result<WireToWire> {
        let mut frames = tape.frames();
        self.connect(tape, &mut frames).context("setting up")?;
        let mut unmeasured = Rounds::default();
        self.rounds(WARM_UP_ROUNDS, &mut frames, &mut unmeasured).context("warming up")?;
        let (mut engine, mut echo) = (Rounds::default(), Rounds::default());
        let mut frame_bytes = 0;
        for _ in 0..plan.blocks {
            frame_bytes = self.rounds(plan.rounds, &mut frames, &mut engine)?;
            mode.set_echo(true);
            self.pass(TURN)?;
            self.echoes(plan.rounds, &mut echo).context("the echo")?;
            mode.set_echo(false);
            self.pass(TURN)?;
        }
        let (engine, echo) = (engine.figures(), echo.figures());
        let order_bytes = self.order_bytes;
        let (hops, is_pinned) = (Hops::default(), false);
        Ok(WireToWire { engine, echo, hops, order_bytes, frame_bytes, is_pinned })
    }

    /// Answers what the engine still says until it has hung up.
    pub(super) fn serve_goodbye(&mut self) {
        let deadline = self.now().after(PATIENCE);
        while self.order_entry.is_some() && self.now() < deadline {
            // A connection that ends is what is waited for.
            if !matches!(self.poll_orders(), Ok(None)) {
                self.order_entry = None;
            }
        }
    }

    fn now(&self) -> Nanos {
        Nanos(self.clock.now())
    }

    /// Serves connections and sends frames until the first order has come.
    fn connect<'a>(
        &mut self,
        tape: &Tape,
        frames: &mut impl Iterator<Item = TapeFrame<'a>>,
    ) -> anyhow::Result<()> {
        let deadline = self.now().after(PATIENCE);
        let mut frame_at = self.now();
        loop {
            let now = self.now();
            ensure!(now < deadline, "no order came");
            self.serve(tape.snapshot())?;
            if self.echo_stream.is_none() {
                self.echo_stream = self.echo.accept()?;
            }
            if self.order_entry.is_none() {
                self.order_entry = self.broker.accept()?;
                self.session.on_connected(now.0);
            }
            if self.poll_orders()?.is_some() {
                return self.quieten();
            }
            let ready = self.session.state() == State::LoggedOn && self.echo_stream.is_some();
            if ready && self.stream.is_some() && now >= frame_at {
                frame_at = now.after(FRAME_INTERVAL);
                let frame = frames.next().context("the tape is too short")?;
                self.send(&frame)?;
            }
            std::thread::yield_now();
        }
    }

    /// Sends frames until `count` orders have come back; returns the last frame's length.
    fn rounds<'a>(
        &mut self,
        count: usize,
        frames: &mut impl Iterator<Item = TapeFrame<'a>>,
        measured: &mut Rounds,
    ) -> anyhow::Result<usize> {
        let mut frame_bytes = 0;
        let mut done = 0;
        let mut due = self.now();
        while done < count {
            due = due.after(self.interval);
            let frame = frames.next().context("the tape is too short")?;
            let started = self.spin_until(due);
            self.send(&frame)?;
            if frame.kind != FrameKind::Top {
                continue;
            }
            let arrived = self.await_order()?;
            measured.record(due.0, started.0, arrived.0);
            frame_bytes = frame.bytes.len();
            done += 1;
        }
        Ok(frame_bytes)
    }

    fn echoes(&mut self, count: usize, measured: &mut Rounds) -> anyhow::Result<()> {
        let request = [b'x'; REQUEST_BYTES];
        let mut due = self.now();
        for _ in 0..count {
            due = due.after(self.interval);
            let started = self.spin_until(due);
            let stream = self.echo_stream.as_mut().context("no connection")?;
            write_all(stream, &request)?;
            let mut missing = ANSWER_BYTES;
            let mut polls = 0;
            while missing > 0 {
                match stream.read(&mut self.input)? {
                    ReadOutcome::Bytes(count) => missing = missing.saturating_sub(count),
                    ReadOutcome::WouldBlock => {}
                    ReadOutcome::Closed => bail!("it hung up"),
                }
                offer_core(&mut polls);
            }
            measured.record(due.0, started.0, self.clock.now());
        }
        Ok(())
    }

    fn send(&mut self, frame: &TapeFrame<'_>) -> anyhow::Result<()> {
        match self.stream.as_mut().context("no stream")?.transport() {
            Transport::Plain(stream) => write_all(stream, frame.bytes),
            Transport::Tls(_) => bail!("loopback is not encrypted"),
        }
    }

    fn await_order(&mut self) -> anyhow::Result<Nanos> {
        let deadline = self.now().after(PATIENCE);
        let mut polls = 0;
        loop {
            if let Some(arrived) = self.poll_orders()? {
                return Ok(arrived);
            }
            if offer_core(&mut polls) {
                ensure!(self.now() < deadline, "an order did not come");
            }
        }
    }

    /// Reads the broker's socket once; returns when an order's last byte was read. What came is
    /// filled after that time was taken.
    fn poll_orders(&mut self) -> anyhow::Result<Option<Nanos>> {
        let Some(stream) = &mut self.order_entry else { return Ok(None) };
        let count = match stream.read(&mut self.input)? {
            ReadOutcome::Bytes(count) => count,
            ReadOutcome::WouldBlock => return Ok(None),
            ReadOutcome::Closed => bail!("the engine hung up"),
        };
        let arrived = Nanos(self.clock.now());
        let (dialect, arrivals) = (&self.dialect, &mut self.arrivals);
        let mut closed = false;
        self.session.handle_bytes(arrived.0, &self.input[..count], &mut |event| match event {
            Event::Application { message, .. } => {
                arrivals.extend(request::read(message, dialect, arrived));
            }
            Event::Disconnect { .. } => closed = true,
            _ => {}
        });
        self.flush()?;
        ensure!(!closed, "the session ended");
        if self.arrivals.is_empty() {
            return Ok(None);
        }
        self.order_bytes = count;
        while let Some(order) = self.arrivals.pop() {
            ensure!(order.kind == RequestKind::New, "an order was not answered: {order:?}");
            self.fill(&order)?;
        }
        Ok(Some(arrived))
    }

    fn fill(&mut self, order: &OrderRequest) -> anyhow::Result<()> {
        let now = self.now();
        let report = orders::fill(order, now);
        let dialect = &self.dialect;
        self.session
            .send(now.0, report::message_type(report.kind), |writer| {
                report::write(writer, &report, dialect, RequestKind::New);
            })
            .context("the fill")?;
        self.flush()
    }

    fn flush(&mut self) -> anyhow::Result<()> {
        let Some(stream) = &mut self.order_entry else { return Ok(()) };
        let pending = self.session.poll_transmit();
        if !pending.is_empty() {
            let count = pending.len();
            write_all(stream, pending)?;
            self.session.consume_transmit(count);
        }
        Ok(())
    }

    /// Accepts visitors of the venue, answers every request with the snapshot, opens the stream.
    fn serve(&mut self, snapshot: &[u8]) -> anyhow::Result<()> {
        if let Some(stream) = self.venue.accept()? {
            self.visitors.push(HttpServer::new(Transport::accepted(stream, None)?, 0));
        }
        let mut index = 0;
        while index < self.visitors.len() {
            let visitor = &mut self.visitors[index];
            // A client that hung up is dropped with the rest.
            let _ = visitor.handle_readable();
            let upgrades = visitor.request().map(|request| is_upgrade(&request));
            match upgrades {
                Some(true) => {
                    let visitor = self.visitors.swap_remove(index);
                    let target = visitor.request().map(|request| request.target);
                    let has_tops = target.is_some_and(|target| target.contains("bookTicker"));
                    let mut stream = accept(visitor, &WsConfig::default())?;
                    stream.flush()?;
                    if has_tops {
                        self.stream = Some(stream);
                    } else {
                        self.silent.push(stream);
                    }
                }
                Some(false) => {
                    visitor.respond(200, "OK", &[], snapshot)?;
                    index += 1;
                }
                None => {
                    visitor.flush()?;
                    index += 1;
                }
            }
        }
        Ok(())
    }

    /// Waits until the frames already sent have led to all the orders they will lead to.
    fn quieten(&mut self) -> anyhow::Result<()> {
        let mut until = self.now().after(QUIET);
        while self.now() < until {
            if self.poll_orders()?.is_some() {
                until = self.now().after(QUIET);
            }
            std::thread::yield_now();
        }
        Ok(())
    }

    /// Lets time pass without leaving the engine's messages unanswered.
    fn pass(&mut self, time: Nanos) -> anyhow::Result<()> {
        let until = self.now().after(time);
        while self.now() < until {
            ensure!(self.poll_orders()?.is_none(), "an order came without a tick");
        }
        Ok(())
    }

    /// Waits for `due`; returns when that was noticed, at once if it is past.
    fn spin_until(&self, due: Nanos) -> Nanos {
        loop {
            let now = self.now();
            if now >= due {
                return now;
            }
            std::hint::spin_loop();
        }
    }
}

/// Counts a poll in vain; offers the core after many, and returns whether it did.
fn offer_core(polls: &mut u32) -> bool {
    *polls += 1;
    let many = polls.is_multiple_of(POLLS_BEFORE_YIELD);
    if many {
        std::thread::yield_now();
    }
    many
}

/// Between two frames before the first order: about the market's own pace in a burst, so that the
/// book's join needs some dozens of frames.
const FRAME_INTERVAL: Nanos = Nanos(100_000);
