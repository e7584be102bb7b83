//! The server: everything between a socket and a use-case.

mod archives;
mod away;
pub mod backup;
pub mod certificates;
pub mod config;
pub mod doctor;
pub mod exports;
pub mod failures;
pub mod files;
pub mod health;
mod invoices;
pub mod knowledge;
pub mod limits;
pub mod listen;
pub mod logos;
pub mod mail;
pub mod metrics;
pub mod pages;
mod patience;
pub mod person;
pub mod recordings;
pub mod router;
pub mod sandbox;
pub mod security;
pub mod serve;
pub mod session;
pub mod staff;
pub mod start;
pub mod support;
pub mod tasks;
#[cfg(feature = "otel")]
pub mod telemetry;
mod trace;
pub mod typed;
pub mod unsubscribe;
pub mod v1;
