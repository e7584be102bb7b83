//! The pages: rendered on the server (`ssr`), brought to life in the browser (`hydrate`).
//!
//! A room is a folder: `page.rs` and its panels are views, `api.rs` its server functions.
//! Only `api.rs` files and `server_side.rs` may name `services`.

pub mod account;
pub mod act;
pub mod agents;
pub mod audit;
pub mod billing;
pub mod branding;
pub mod calls;
pub mod campaigns;
pub mod customers;
pub mod dashboard;
pub mod data;
pub mod deletion;
pub mod entrance;
pub mod error;
pub mod form;
pub mod general;
pub mod help;
pub mod hours;
pub mod invoices;
pub mod json;
pub mod keys;
pub mod knowledge;
pub mod lazy;
pub mod loaded;
pub mod members;
pub mod notifications;
pub mod parts;
pub mod paths;
pub mod picture;
#[cfg(feature = "hydrate")]
pub mod post;
pub mod protocol;
pub mod reports;
pub mod routes;
pub mod security;
#[cfg(feature = "ssr")]
pub mod server_side;
pub mod shell;
pub mod state;
pub mod style;
pub mod support;
pub mod system;
pub mod theirs;
pub mod ui;
pub mod unsaved;
pub mod upstream;
