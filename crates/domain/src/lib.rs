//! The rules of the product: types, parsing, error codes, capabilities.
//!
//! No I/O, no database, no Leptos, no time-zone data: this floor compiles for the
//! server and for the browser and builds in seconds. Time is always a parameter.

pub mod account;
pub mod actor;
pub mod agents;
pub mod audit;
pub mod billing;
pub mod branding;
pub mod calls;
pub mod campaigns;
pub mod customers;
pub mod data;
pub mod deletion;
pub mod entrance;
pub mod error;
pub mod fold;
pub mod general;
pub mod hours;
pub mod id;
pub mod invoices;
pub mod keys;
pub mod knowledge;
pub mod language;
pub mod members;
pub mod money;
pub mod notifications;
pub mod plan;
pub mod recordings;
pub mod security;
pub mod slots;
pub mod support;
pub mod upstream;

pub use actor::{Account, Actor, Admin, Inside, Machine, Member, Owner, Proved, Recent, Role, Scopes, Staff};
pub use error::{AppError, Code, FieldError};
pub use id::{
    AgentId, CallId, CampaignId, CategoryId, CustomerId, FileId, InvitationId, InvoiceId, KeyId, LeaseId,
    ListId, OrganisationId, PersonId, SessionId, SupportId,
};
pub use language::Language;
