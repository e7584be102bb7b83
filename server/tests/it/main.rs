//! The server over HTTP, without a socket: routes, layers, pages, forms.

mod account;
mod api;
mod audit;
mod billing;
mod branding;
mod customers;
mod data;
#[path = "../../../crates/services/tests/it/databases.rs"]
mod databases;
mod deletion;
mod entrance;
mod evidence;
mod failures;
mod general;
mod hostile;
mod hours;
mod invoices;
mod keys;
mod knowledge;
mod log;
mod members;
mod metrics;
mod monitoring;
mod nodes;
mod notifications;
mod permissions;
mod program;
mod queries;
mod recordings;
mod replay;
mod requests;
mod sandbox;
mod support;
mod upstream;
mod world;
