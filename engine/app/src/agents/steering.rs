//! What surrounds the pipeline in every topology: commands of people, timer inputs, what follows
//! a lost gateway, and an orderly end.
//!
//! What people do to a FIX session is journaled like every command and then handed on to the
//! gateway's thread. With `on_disconnect = "cancel_all"` a gateway that comes back is reconciled
//! first; then everything that is still open there is cancelled.
//!
//! A shutdown is a `Drain` command first: open orders are cancelled, nothing new is sent. Once
//! nothing is open, or after three seconds (`DRAIN_TIMEOUT`), the threads are halted.

use gannet_gateways::fix::GatewayEvent;
use gannet_pipeline::strategy::Strategy;
use gannet_runtime::ring::{Receiver, Sender};
use gannet_runtime::shutdown::Stop;
use gannet_types::{Command, GatewayId, GatewayState, Input, Nanos, SessionAction};

use super::engine::{Engine, OrderSink};
use super::model_port::{Advised, ModelPort};
use super::sessions::Heard;
use crate::config::fix::OnDisconnect;

/// How long cancels may take before the engine stops without their answers.
const DRAIN_TIMEOUT: Nanos = Nanos(3_000_000_000);

/// Most commands taken in one duty cycle: people are slow, and orders must not wait for them.
const COMMANDS_PER_CYCLE: usize = 16;

/// Commands, timers and shutdown.
pub struct Steering {
    commands: Receiver<Command>,
    models: Option<ModelPort>,
    /// To the sessions, in the order of the gateways.
    actions: Vec<Sender<SessionAction>>,
    /// In the order of the gateways that carry orders.
    losses: Vec<Loss>,
    shutdown: Stop,
    halt: Stop,
    timer_interval: Nanos,
    timer_at: Nanos,
    drain_until: Option<Nanos>,
}

/// What follows the loss of a gateway.
#[derive(Clone, Copy)]
struct Loss {
    policy: OnDisconnect,
    /// It was lost: cancel what is open there once the broker has spoken of it.
    cancel_due: bool,
}

impl Steering {
    /// `on_disconnect` says what follows the loss of each gateway that carries orders. `shutdown`
    /// is requested by people or trouble; `halt` ends the threads once it is safe.
    #[must_use]
    pub fn new(
        commands: Receiver<Command>,
        actions: Vec<Sender<SessionAction>>,
        on_disconnect: &[OnDisconnect],
        (shutdown, halt): (Stop, Stop),
        timer_interval: Nanos,
    ) -> Self {
        // A start follows a loss: of the process, if not of the connection.
        let losses = on_disconnect.iter().map(|&policy| Loss::new(policy)).collect();
        Self {
            commands,
            models: None,
            actions,
            losses,
            shutdown,
            halt,
            timer_interval,
            timer_at: Nanos::ZERO,
            drain_until: None,
        }
    }

    /// Takes models from now on.
    #[must_use]
    pub fn with_models(self, models: Option<ModelPort>) -> Self {
        Self { models, ..self }
    }

    /// Takes note of a gateway that is lost, which the engine is told as an input.
    #[inline]
    pub fn on_event(&mut self, heard: Heard) {
        if heard.event == GatewayEvent::State(GatewayState::Down)
            && let Some(loss) = self.losses.get_mut(usize::from(heard.gateway.0))
        {
            *loss = Loss::new(loss.policy);
        }
    }

    /// Gives the engine what is due; returns how much that was.
    pub fn poll<S: Advised>(
        &mut self,
        now: Nanos,
        engine: &mut Engine<S>,
        orders: &mut impl OrderSink,
    ) -> usize {
        let mut work = 0;
        for _ in 0..COMMANDS_PER_CYCLE {
            let Some(command) = self.commands.pop() else { break };
            engine.input(now, &Input::Command(command), orders);
            if let Command::Session(gateway, action) = command
                && let Some(actions) = self.actions.get_mut(usize::from(gateway.0))
            {
                // A full ring is a gateway that hangs; the page shows that nothing happens.
                let _ = actions.push(action);
            }
            work += 1;
        }
        if let Some(models) = &mut self.models {
            work += models.poll(now, engine, orders);
        }
        for (gateway, loss) in (0..).map(GatewayId).zip(&mut self.losses) {
            if loss.cancel_due && engine.pipeline().is_ready(gateway) {
                loss.cancel_due = false;
                if engine.pipeline().open_orders().any(|order| order.gateway == gateway) {
                    engine.input(now, &Input::Command(Command::CancelGateway(gateway)), orders);
                }
            }
        }
        if now >= self.timer_at {
            self.timer_at = now.after(self.timer_interval);
            engine.input(now, &Input::Timer, orders);
            self.keep_house(now, engine, orders);
        }
        work
    }

    /// Returns whether an end was asked for.
    #[must_use]
    pub const fn is_draining(&self) -> bool {
        self.drain_until.is_some()
    }

    fn keep_house<S: Strategy>(
        &mut self,
        now: Nanos,
        engine: &mut Engine<S>,
        orders: &mut impl OrderSink,
    ) {
        if engine.failure().is_some() {
            self.halt.request();
        }
        engine.maintain();
        if engine.shortage().is_some() {
            self.shutdown.request();
        }
        match self.drain_until {
            None if self.shutdown.is_requested() => {
                self.drain_until = Some(now.after(DRAIN_TIMEOUT));
                engine.input(now, &Input::Command(Command::Drain), orders);
            }
            Some(deadline) if engine.pipeline().is_drained() || now >= deadline => {
                self.halt.request();
            }
            None | Some(_) => {}
        }
    }
}

impl Loss {
    fn new(policy: OnDisconnect) -> Self {
        Self { policy, cancel_due: policy == OnDisconnect::CancelAll }
    }
}
