//! What is kept and for how long: the table of it, the daily purge of logs, and files that are deleted after the rows that
//! knew of them.

mod erase;
mod held;
mod purge;

pub(crate) use erase::{erase, note_erasure};
pub use held::{Holding, Retention, load_retention};
pub use purge::{Jump, load_jump, purge};
