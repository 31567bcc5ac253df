//! Which answers are kept for requests that come again?
//!
//! A receipt is written in the same step as the change that it tells of, so that both are there or neither is. Their number
//! and size are bounded: the oldest go first.

use std::collections::VecDeque;

use minglu_graph::store::draft::Draft;

use super::request::Idempotency;
use crate::error::Result;
use crate::update::Writer;

/// Receipts kept: a thousand writes a second for a minute and a half, or those of a busy day.
const N_RECEIPTS_MAX: usize = 100_000;

/// Bytes of all receipts: one of a single change has some hundred, one of a full batch some millions.
const RECEIPT_BYTES_MAX: usize = 256 << 20;

/// Keys and sizes of the receipts that are kept, the oldest first.
pub(super) struct Receipts {
    kept: VecDeque<(String, usize)>,
    n_bytes: usize,
}

impl Receipts {
    /// Lists what a register keeps.
    pub(super) fn read(writer: &Writer) -> Result<Self> {
        let kept: VecDeque<_> = writer.receipts()?.into_iter().map(|(_, key, n_bytes)| (key, n_bytes)).collect();
        let n_bytes = kept.iter().map(|(_, n_bytes)| n_bytes).sum();
        Ok(Self { kept, n_bytes })
    }

    /// Keeps an answer and forgets the oldest where there are too many.
    pub(super) fn keep(
        &mut self,
        draft: &mut Draft,
        of: &Idempotency,
        (sequence, answer): (u64, String),
    ) -> Result<()> {
        self.n_bytes += answer.len();
        self.kept.push_back((of.key.clone(), answer.len()));
        draft.put_receipt(&of.key, &(of.hash, sequence, answer))?;
        while self.kept.len() > N_RECEIPTS_MAX || (self.n_bytes > RECEIPT_BYTES_MAX && self.kept.len() > 1) {
            let Some((key, n_bytes)) = self.kept.pop_front() else { break };
            self.n_bytes = self.n_bytes.saturating_sub(n_bytes);
            draft.remove_receipt(&key);
        }
        Ok(())
    }
}
