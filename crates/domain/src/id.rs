//! Identifiers: UUID version 7 (RFC 9562), one type per table so that they cannot be mixed up.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )+};
}

id! {
    /// An organisation (tenant); "company" in what people read.
    OrganisationId,
    /// A person; may be a member of several organisations.
    PersonId,
    /// One signed-in browser.
    SessionId,
    /// An address that was asked to join an organisation.
    InvitationId,
    /// An access key of the REST API.
    KeyId,
    /// A held slot: one call at the same time as others.
    LeaseId,
    /// A telephone call.
    CallId,
    /// An AI agent.
    AgentId,
    /// Somebody whom an organisation calls, or who calls it.
    CustomerId,
    /// A list of customers.
    ListId,
    /// A campaign.
    CampaignId,
    /// A category of the knowledge base.
    CategoryId,
    /// A file of the knowledge base.
    FileId,
    /// An invoice or a credit note.
    InvoiceId,
    /// One stay of somebody of the vendor's support in an organisation.
    SupportId,
}
