//! From the journal's records to the projection.

use std::path::Path;

use gannet_journal::{Body, JournalError, Reader};

use crate::projections::Projection;

/// Opens the journal in `directory` and makes the `follow` of [`crate::Server::serve`] out of it.
///
/// It begins with the first record: positions and open orders of earlier runs are in there. The
/// function never waits; a call ends where the journal ends for now.
///
/// # Errors
/// If there is no journal yet: make the writer first.
pub fn follow_journal(
    directory: &Path,
) -> Result<impl FnMut(&mut Projection, u32) -> Result<u32, JournalError> + use<>, JournalError> {
    let mut reader = Reader::open(directory)?;
    Ok(move |projection: &mut Projection, records_max| {
        for count in 0..records_max {
            let Some(record) = reader.next()? else { return Ok(count) };
            match record.body {
                Body::Start(_) => {}
                Body::Input(input) => projection.on_input(record.time, &input),
                Body::Output(output) => projection.on_output(record.time, &output),
            }
        }
        Ok(records_max)
    })
}
