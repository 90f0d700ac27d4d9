//! What goes between the engine and its venues, and the lines on which it goes.

use gannet_types::{DropCopy, ExecKind, ExecutionReport, GatewayId, GatewayState, Input, Nanos};

use super::{World, brief};
use crate::engine::Fate;
use crate::link::{Link, Word};

impl World<'_> {
    /// Lets arrive at the venues what is due.
    pub(super) fn deliver_requests(&mut self) -> Result<(), String> {
        for index in 0..self.sites.len() {
            while let Some(request) = self.sites[index].link.poll_request(self.now) {
                self.trace.note(|| format!("{} venue {index} gets {}", self.now, brief(&request)));
                let answer = self.sites[index].venue.on_request(self.now, &request);
                if let Some(answer) = answer {
                    self.say(index, Word::Report(answer));
                }
                self.listen(index)?;
                self.inspect()?;
            }
        }
        Ok(())
    }

    /// Hears what a venue says, and passes it on to whom it concerns.
    pub(super) fn listen(&mut self, index: usize) -> Result<(), String> {
        while let Some(said) = self.sites[index].venue.poll(self.now)? {
            if let Some(position) = said.position {
                self.say(index, Word::Position(position));
                continue;
            }
            let is_empty = said.answer.is_some_and(|answer| answer.orders == 0);
            if !is_empty {
                self.say(index, Word::Report(said.report));
                self.copy(index, &said.report);
            }
            if said.answer.is_some_and(|answer| answer.is_last) {
                self.say(index, Word::Told);
            }
        }
        Ok(())
    }

    fn say(&mut self, index: usize, word: Word) {
        let Self { sites, dice, .. } = self;
        let lost = sites[index].link.say(self.now, word, dice);
        if let (true, Word::Report(report)) = (lost, word) {
            self.trace.note(|| format!("{} lost {:?}", self.now, report.kind));
            self.sites[index].venue.unheard.insert(report.client_order_id.order());
        }
    }

    /// Tells the drop copy of a trade of ours.
    fn copy(&mut self, index: usize, report: &ExecutionReport) {
        let id = report.client_order_id.order();
        let account = self.sites[index].venue.owner(id);
        if let (ExecKind::Trade, Some(account)) = (report.kind, account) {
            self.tell_copy(DropCopy { account, report: *report });
        }
    }

    /// Has the drop copy tell something, if there is one.
    pub(super) fn tell_copy(&mut self, copy: DropCopy) {
        if let Some(gateway) = self.config.drop_copy {
            let report = ExecutionReport { gateway, ..copy.report };
            let word = Word::Copy(DropCopy { report, ..copy });
            self.copies.say(self.now, word, &mut self.dice);
        }
    }

    /// Lets arrive at the engine what is due.
    pub(super) fn deliver_words(&mut self) -> Result<(), String> {
        for index in 0..=self.sites.len() {
            while let Some(word) = self.hear(index) {
                self.on_word(index, word)?;
            }
        }
        Ok(())
    }

    fn hear(&mut self, index: usize) -> Option<Word> {
        if !self.alive() {
            return None;
        }
        let now = self.now;
        let (link, dice) = self.link(index);
        if link.noticed_at.is_some() { None } else { link.poll_word(now, dice) }
    }

    fn on_word(&mut self, index: usize, word: Word) -> Result<(), String> {
        let fate = match word {
            Word::Report(report) => self.input(&Input::Execution(report))?,
            Word::Position(position) => self.input(&Input::VenuePosition(position))?,
            Word::Copy(copy) => self.input(&Input::DropCopy(copy))?,
            Word::Told => self.gateway(GatewayId(index as u8), GatewayState::Told)?,
        };
        if fate == Fate::Lost {
            self.link(index).0.unhear(word);
        }
        Ok(())
    }

    /// Breaks and mends the lines when it is time.
    pub(super) fn lines(&mut self) -> Result<(), String> {
        let listens = usize::from(self.config.drop_copy.is_some());
        for index in 0..self.sites.len() + listens {
            if !self.alive() {
                return Ok(());
            }
            let (now, gateway) = (self.now, GatewayId(index as u8));
            let link = self.link(index).0;
            if link.noticed_at.is_some_and(|at| at <= now) {
                link.noticed_at = None;
                self.gateway(gateway, GatewayState::Down)?;
            }
            let link = self.link(index).0;
            let whole = link.whole_at.is_some_and(|at| at <= now) && link.noticed_at.is_none();
            if self.alive() && whole {
                let (link, dice) = self.link(index);
                link.mend(now, dice);
                self.gateway(gateway, GatewayState::Up)?;
            }
        }
        Ok(())
    }

    /// Breaks a line, if it is whole.
    pub(super) fn cut(&mut self, index: usize, noticed: Nanos, whole: Nanos) {
        let now = self.now;
        let link = self.link(index).0;
        if !link.is_whole {
            return;
        }
        link.cut();
        link.noticed_at = Some(now.after(noticed));
        link.whole_at = Some(now.after(whole));
        self.trace.note(|| format!("{now} line {index} breaks"));
    }

    /// A line: to a venue, or behind them the one of the drop copy.
    fn link(&mut self, index: usize) -> (&mut Link, &mut crate::fault::Dice) {
        let link = match self.sites.get_mut(index) {
            Some(site) => &mut site.link,
            None => &mut self.copies,
        };
        (link, &mut self.dice)
    }
}
