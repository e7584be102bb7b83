//! The server over HTTP, without a socket: routes, layers, pages, forms.

mod account;
mod api;
mod audit;
mod billing;
mod branding;
mod customers;
mod deletion;
mod entrance;
mod failures;
mod general;
mod hours;
mod invoices;
mod keys;
mod knowledge;
mod members;
mod nodes;
mod notifications;
mod permissions;
mod program;
mod recordings;
mod replay;
mod requests;
mod sandbox;
mod support;
mod upstream;
mod world;
