//! Checks passwords in a thread of its own, one after the other.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use anyhow::Context;

use crate::fix::users::Users;

/// Passwords that may wait: at 100 ms each, the last waits 1.6 s. More are turned away.
const QUESTIONS_MAX: usize = 16;

/// Whether a visitor is who it says. No `Debug`: it holds a password.
pub(super) struct Question {
    pub(super) visitor: u64,
    pub(super) comp_id: String,
    pub(super) username: String,
    pub(super) password: String,
}

/// The answer.
pub(super) struct Verdict {
    pub(super) visitor: u64,
    pub(super) is_right: bool,
}

/// The acceptor's end. The thread ends with it.
pub(super) struct Doorkeeper {
    questions: SyncSender<Question>,
    verdicts: Receiver<Verdict>,
}

impl Doorkeeper {
    pub(super) fn start(users: Arc<Users>) -> anyhow::Result<Self> {
        let (questions, asked) = sync_channel::<Question>(QUESTIONS_MAX);
        // As many verdicts as questions may be under way, so the thread never waits to answer.
        let (answers, verdicts) = sync_channel(2 * QUESTIONS_MAX);
        let work = move || {
            while let Ok(Question { visitor, comp_id, username, password }) = asked.recv() {
                let is_right = users.admit(&comp_id, &username, &password);
                if answers.send(Verdict { visitor, is_right }).is_err() {
                    return;
                }
            }
        };
        std::thread::Builder::new()
            .name("doorkeeper".to_owned())
            .spawn(work)
            .context("cannot start the thread that checks passwords")?;
        Ok(Self { questions, verdicts })
    }

    /// Asks; returns whether there was room.
    pub(super) fn ask(&mut self, question: Question) -> bool {
        self.questions.try_send(question).is_ok()
    }

    /// Returns the next answer, if there is one.
    pub(super) fn verdict(&mut self) -> Option<Verdict> {
        self.verdicts.try_recv().ok()
    }
}
