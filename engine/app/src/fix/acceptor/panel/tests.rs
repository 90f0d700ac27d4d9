//! An operator at the page of an acceptor with one session and room for another.

use super::*;
use crate::config::fix::acceptor::Template;
use crate::fix::testing::{Peer, World, acceptor_config, named};

/// The acceptor, its counterparty, and both ends of the page.
struct Office {
    world: World,
    panel: Panel,
    page: PanelPage,
}

impl Office {
    fn new() -> Self {
        let template = Template { config: named("*").config, sessions_max: 1 };
        let mut config = acceptor_config(vec![named("GANNET")], vec![template]);
        let (panel, page) = panel(&mut config);
        // Nobody comes by it here, and it would ask for a file of users.
        config.templates.clear();
        let mut world = World::new(config, vec![Peer::named("GANNET")]);
        world.connect(0);
        world.until("it is logged on", |world| world.peers[0].is_logged_on());
        Self { world, panel, page }
    }

    /// Has the operator do something, and returns what the page shows of the session then.
    fn act(&mut self, place: u8, action: SessionAction) -> SessionView {
        self.command(Command::Session(GatewayId(place), action));
        self.look(place)
    }

    fn command(&mut self, command: Command) {
        self.page.commands.push(command).expect("room");
    }

    fn look(&mut self, place: u8) -> SessionView {
        let watch = &mut self.page.sessions[usize::from(place)];
        watch.want();
        self.world.now = self.world.now.after(ATTEND_EVERY);
        self.world.acceptor.attend(self.world.now, &mut self.panel);
        self.world.turn();
        watch.newest().expect("a report").clone()
    }
}

#[test]
fn people_see_how_sessions_stand() {
    let mut office = Office::new();
    assert_eq!(office.page.names, ["GANNET", "template-session-1"]);
    let (now, peer) = (office.world.now, &mut office.world.peers[0]);
    peer.say(now, 7).expect("logged on");
    office.world.until("it is heard", |world| world.desk.heard[0] == [7]);
    let view = office.look(0);
    assert_eq!((view.session.as_str(), view.version), ("GANNET", "FIX.4.4"));
    assert_eq!((view.state, view.next_inbound, view.reconnects), ("logged on", 3, 0));
    assert!(view.peer.starts_with("127.0.0.1:"), "{view:?}");
    let types: Vec<_> = view.messages.iter().map(|message| message.direction).collect();
    assert!(types.contains(&"in") && types.contains(&"out"), "{view:?}");
    assert_eq!(office.look(1).state, "not in use");
}

#[test]
fn what_people_do_is_done_and_told() {
    let mut office = Office::new();
    let view = office.act(0, SessionAction::SetNextOutbound(50));
    assert!(view.next_outbound >= 50, "{view:?}");
    assert!(view.notice.starts_with("SetNextOutbound(50) by an operator: "), "{view:?}");
    assert!(office.world.was_told("GANNET: SetNextOutbound(50) by an operator: "));
    let view = office.act(0, SessionAction::SetNextInbound(0));
    assert!(view.notice.contains("refused, sequence numbers are 1 to"), "{view:?}");

    office.act(0, SessionAction::Logout);
    office.world.until("it is logged out", |world| world.peers[0].goodbye.is_some());
    office.world.until("it is over", |world| world.acceptor.is_empty());
    assert_eq!(office.look(0).state, "disconnected");
    let view = office.act(0, SessionAction::ResetNumbers);
    assert_eq!((view.next_inbound, view.next_outbound), (1, 1));
}

#[test]
fn what_cannot_be_done_is_said() {
    let mut office = Office::new();
    let view = office.act(0, SessionAction::Logon);
    assert!(view.notice.contains("refused, the counterparty connects"), "{view:?}");
    office.act(1, SessionAction::ResetNumbers);
    assert!(office.world.was_told("template-session-1: ResetNumbers by an operator: refused"));
    office.command(Command::Kill);
    office.command(Command::Session(GatewayId(2), SessionAction::Logout));
    office.look(0);
    assert!(office.world.was_told("Kill by an operator: not for an acceptor"));
    assert!(office.world.peers[0].is_logged_on());
}
