//! What is kept and what goes: the daily purge to its boundary, customers and parts of calls, everything as a file.

mod erasure;
mod export;
mod purge;
