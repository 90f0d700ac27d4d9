//! What becomes of open orders when the gateway is lost and comes back.

use gannet_app::agents::sessions::Heard;
use gannet_app::agents::steering::Steering;
use gannet_app::config::fix::OnDisconnect;
use gannet_gateways::fix::GatewayEvent;
use gannet_journal::{Body, Reader};
use gannet_runtime::ring::{Overflow, Receiver, Sender, ring};
use gannet_runtime::shutdown::Stop;
use gannet_tests::desk::{Desk, Inlet, lively};
use gannet_types::{
    Command, GatewayId, GatewayState, GatewayStatus, Input, Nanos, OrderStatus, RequestKind,
    SessionAction,
};

/// Ten seconds of market.
const FRAMES: usize = 3_000;

struct Scene {
    desk: Desk,
    steering: Steering,
    commands: Sender<Command>,
    actions: Receiver<SessionAction>,
}

impl Scene {
    fn new(policy: OnDisconnect) -> Self {
        let (commands, taken) = ring(4, Overflow::Reject);
        let (given, actions) = ring(4, Overflow::Reject);
        let stops = (Stop::new(), Stop::new());
        // The desk has timers of its own.
        let steering = Steering::new(taken, vec![given], &[policy], stops, Nanos(u64::MAX));
        Self { desk: Desk::start(lively(""), 1), steering, commands, actions }
    }

    fn turn(&mut self) {
        self.desk.play(1);
        let Inlet { engine, venue, .. } = &mut self.desk.inlet;
        self.steering.poll(self.desk.now, engine, venue);
    }

    fn set(&mut self, state: GatewayState) {
        let status = GatewayStatus { gateway: GatewayId(0), state };
        self.desk.inlet.input(self.desk.now, &Input::Gateway(status));
        let gateway = GatewayId(0);
        self.steering.on_event(Heard { gateway, event: GatewayEvent::State(state) });
    }

    /// Plays until an order works at the venue.
    fn until_an_order_works(&mut self) {
        for _ in 0..FRAMES {
            self.turn();
            let pipeline = self.desk.inlet.engine.pipeline();
            let works = pipeline.open_orders().any(|order| order.status == OrderStatus::New);
            if works && pipeline.is_ready(GatewayId(0)) {
                return;
            }
        }
        panic!("no order in {FRAMES} frames");
    }

    /// Returns the recorded commands, but for the start.
    fn commands(&self) -> Vec<Command> {
        let mut reader = Reader::open(&self.desk.journal()).expect("the journal");
        let mut commands = Vec::new();
        while let Some(record) = reader.next().expect("a whole record") {
            if let Body::Input(Input::Command(command)) = record.body
                && command != Command::Start
            {
                commands.push(command);
            }
        }
        commands
    }
}

/// Loses the gateway while an order is open, and returns the cancels sent once it is back and
/// reconciled, with the commands in the journal.
fn lose(policy: OnDisconnect) -> (usize, Vec<Command>) {
    let mut scene = Scene::new(policy);
    scene.until_an_order_works();
    scene.set(GatewayState::Down);
    (0..20).for_each(|_| scene.turn());
    let sent = scene.desk.inlet.venue.sent.len();
    assert!(!scene.desk.inlet.engine.pipeline().is_ready(GatewayId(0)));
    scene.set(GatewayState::Up);
    while !scene.desk.inlet.engine.pipeline().is_ready(GatewayId(0)) {
        scene.turn();
    }
    // A cancel waits for the answer to a replacement that is under way.
    (0..20).for_each(|_| scene.turn());
    let since = scene.desk.inlet.venue.sent[sent..].iter();
    let cancels = since.filter(|request| request.kind == RequestKind::Cancel).count();
    (cancels, scene.commands())
}

#[test]
fn cancel_all_follows_the_reconciliation_and_is_journaled() {
    let (cancels, commands) = lose(OnDisconnect::CancelAll);
    assert!(cancels > 0);
    assert_eq!(commands, [Command::CancelGateway(GatewayId(0))]);
}

#[test]
fn keep_leaves_orders_alone() {
    let (_, commands) = lose(OnDisconnect::Keep);
    assert_eq!(commands, []);
}

#[test]
fn what_people_do_to_a_session_is_journaled_and_handed_on() {
    let mut scene = Scene::new(OnDisconnect::Keep);
    let action = SessionAction::SetNextInbound(77);
    let command = Command::Session(GatewayId(0), action);
    scene.commands.push(command).expect("room");
    scene.turn();
    assert_eq!(scene.actions.pop(), Some(action));
    assert_eq!(scene.commands(), [command]);
}
