//! The use-cases, one module per room, and what they stand on: database, clock, mail,
//! storage, passwords.
//!
//! A use-case takes the context and the capability it needs (`domain::Admin`, ...), and answers
//! with a value or a `domain::AppError`. Nothing here knows about HTTP or Leptos.

pub mod account;
pub mod agents;
pub mod archive;
pub mod audit;
pub mod backup;
pub mod billing;
pub mod branding;
pub mod calls;
pub mod campaigns;
mod cells;
pub mod context;
pub mod counts;
pub mod customers;
pub mod dashboard;
pub mod data;
pub mod database;
pub mod deletion;
pub mod demo;
pub mod entrance;
pub mod export;
pub mod failure;
pub mod general;
pub mod guess;
pub mod help;
pub mod hours;
pub mod idempotency;
pub mod images;
pub mod invoices;
pub mod jobs;
pub mod keys;
pub mod knowledge;
pub mod mail;
pub mod members;
pub mod names;
pub mod notifications;
pub mod origin;
pub mod outbox;
pub mod passwords;
pub mod phones;
pub mod places;
pub mod plan;
pub mod presence;
pub mod recordings;
pub mod reports;
pub mod sealing;
pub mod security;
pub mod session;
pub mod slots;
pub mod storage;
pub mod support;
pub mod token;
pub mod upstream;
pub mod who;
pub mod zones;

pub use context::{Clock, Context, Settings};
pub use database::Database;
