//! AI agents: the list, adding one; one agent, changing and deleting it.

mod agent;
pub mod api;
mod fields;
mod page;

pub use agent::AgentRoute;
pub use page::AgentsRoute;
