//! The pipeline with its journal: nothing is decided on what is not recorded, and nothing
//! leaves that is not recorded.
//!
//! Every driver (fused, pipelined, backtest, replay's writer, the benchmark) goes through
//! [`Engine::input`], so they cannot differ.
//!
//! Hot: per input one record, the decision, one record an output.

use gannet_gateways::fix::unsent;
use gannet_journal::{JournalError, Maintenance, Writer};
use gannet_pipeline::Pipeline;
use gannet_pipeline::strategy::Strategy;
use gannet_runtime::ring::Sender;
use gannet_types::{
    Bounded, DontKnowTrade, ExecutionReport, Input, Nanos, OUTBOX_CAPACITY, OrderRequest, Outbox,
    Output, RejectReason,
};

use crate::models::remote::Question;

/// Where requests go.
pub trait OrderSink {
    /// Takes a request.
    ///
    /// # Errors
    /// Why it was not sent and never will be.
    fn send(&mut self, now: Nanos, request: &OrderRequest) -> Result<(), RejectReason>;

    /// Takes the word that a trade is not ours. What cannot be said is not said: the alarm that
    /// comes with it has to do. A venue in the same process has no such trades, and hears nothing.
    fn dont_know(&mut self, _now: Nanos, _trade: &DontKnowTrade) {}
}

/// A pipeline, its journal and its outbox.
pub struct Engine<S> {
    pipeline: Pipeline<S>,
    journal: Writer,
    outbox: Outbox,
    unsent: Bounded<ExecutionReport>,
    failure: Option<JournalError>,
    shortage: Option<JournalError>,
    outputs: u64,
    /// The slow half of the journal, if an order must wait for the disk.
    barrier: Option<Maintenance>,
    /// Where frames go, if models are asked on another thread.
    questions: Option<Sender<Question>>,
}

impl<S: Strategy> Engine<S> {
    /// Joins a pipeline and the journal that holds its past.
    #[must_use]
    pub fn new(pipeline: Pipeline<S>, journal: Writer) -> Self {
        Self {
            pipeline,
            journal,
            outbox: Outbox::with_capacity(OUTBOX_CAPACITY),
            unsent: Bounded::with_capacity(OUTBOX_CAPACITY),
            failure: None,
            shortage: None,
            outputs: 0,
            barrier: None,
            questions: None,
        }
    }

    /// From now on an order leaves only after everything recorded is on the disk.
    #[must_use]
    pub fn with_disk_barrier(self, maintenance: Maintenance) -> Self {
        Self { barrier: Some(maintenance), ..self }
    }

    /// From now on frames of features go to the inference thread.
    pub fn set_questions(&mut self, questions: Sender<Question>) {
        self.questions = Some(questions);
    }

    /// Records and decides one input, and hands the requests to `orders`. Requests that could
    /// not be sent come back as inputs before this returns.
    ///
    /// After a journal failure nothing more is decided: see [`Engine::failure`].
    #[inline]
    pub fn input(&mut self, now: Nanos, input: &Input<'_>, orders: &mut impl OrderSink) {
        self.decide(now, input, orders);
        // Bounded: an unsent request closes its order or leaves it alone, it never leads to
        // another request for the same order.
        while !self.unsent.is_empty() {
            let report = self.unsent.swap_remove(0);
            self.decide(now, &Input::Execution(report), orders);
        }
    }

    #[inline]
    fn decide(&mut self, now: Nanos, input: &Input<'_>, orders: &mut impl OrderSink) {
        if self.failure.is_some() {
            return;
        }
        if let Err(error) = self.journal.append_input(now, input) {
            self.failure = Some(error);
            return;
        }
        self.outbox.clear();
        self.pipeline.on_input(now, input, &mut self.outbox);
        for output in self.outbox.iter() {
            if let Err(error) = self.journal.append_output(now, output) {
                self.failure = Some(error);
                return;
            }
            self.outputs += 1;
            if let Output::Order(request) = output {
                if let Some(maintenance) = &mut self.barrier
                    && let Err(error) = maintenance.sync()
                {
                    self.failure = Some(error);
                    return;
                }
                if let Err(reason) = orders.send(now, request) {
                    let report = unsent(request, now, reason);
                    self.unsent.push(report).expect("no input causes more requests than outputs");
                }
            } else if let Output::DontKnow(trade) = output {
                orders.dont_know(now, trade);
            } else if let Output::Features(block) = output
                && let Some(questions) = &mut self.questions
            {
                let frame = self.pipeline.frame(block.instrument).unwrap_or_default();
                // The ring counts what it drops: a frame that is lost is one without an answer.
                let _ = questions.push(Question { frame, block: *block });
            }
        }
    }

    /// Nothing is on its way: the pipeline does what could wait.
    #[inline]
    pub fn idle(&mut self) {
        self.pipeline.catch_up();
    }

    /// Returns why nothing more is decided, if the journal could not be written.
    #[must_use]
    pub const fn failure(&self) -> Option<&JournalError> {
        self.failure.as_ref()
    }

    /// Returns the pipeline, to look at.
    #[must_use]
    pub const fn pipeline(&self) -> &Pipeline<S> {
        &self.pipeline
    }

    /// Returns the strategy, to hand it a model before the command about it.
    pub fn strategy_mut(&mut self) -> &mut S {
        self.pipeline.strategy_mut()
    }

    /// Returns the journal, to look at.
    #[must_use]
    pub const fn journal(&self) -> &Writer {
        &self.journal
    }

    /// Returns how many outputs this process recorded.
    #[must_use]
    pub const fn outputs(&self) -> u64 {
        self.outputs
    }

    /// Prepares the journal's next segment, if that is this thread's task. Once there is no room
    /// for it, [`Engine::shortage`] says so.
    pub fn maintain(&mut self) {
        if let Some(maintenance) = &mut self.barrier
            && let Err(error) = maintenance.work()
        {
            self.shortage.get_or_insert(error);
        }
    }

    /// Returns why the engine must cancel and stop while records still fit, if it must.
    #[must_use]
    pub const fn shortage(&self) -> Option<&JournalError> {
        self.shortage.as_ref()
    }

    /// Ends the run: gives pipeline and journal back, and the slow half if it was given.
    #[must_use]
    pub fn into_parts(self) -> (Pipeline<S>, Writer, Option<Maintenance>) {
        (self.pipeline, self.journal, self.barrier)
    }
}
