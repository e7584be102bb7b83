//! What goes and what stays, counted, before the word is typed.

use domain::{AppError, Owner};
use entity::{access_key, agent, call, campaign, customer, invitation, invoice, knowledge_file, membership};
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter};

use crate::{Context, failure::OrInternal};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    pub agents: u64,
    pub customers: u64,
    pub calls: u64,
    pub transcripts: u64,
    pub recordings: u64,
    pub campaigns: u64,
    pub files: u64,
    pub members: u64,
    pub invitations: u64,
    pub keys: u64,
    /// What stays, credit notes among them.
    pub invoices: u64,
}

pub async fn load_manifest(context: &Context, owner: Owner) -> Result<Manifest, AppError> {
    let (of, read) = (owner.organisation, context.database.read());
    let calls = || call::Entity::in_organisation(of);
    Ok(Manifest {
        agents: agent::Entity::in_organisation(of).count(read).await.or_internal()?,
        customers: customer::Entity::in_organisation(of).count(read).await.or_internal()?,
        calls: calls().count(read).await.or_internal()?,
        transcripts: calls()
            .filter(call::Column::Transcript.is_not_null())
            .count(read)
            .await
            .or_internal()?,
        recordings: calls().filter(call::Column::Recording.is_not_null()).count(read).await.or_internal()?,
        campaigns: campaign::Entity::in_organisation(of).count(read).await.or_internal()?,
        files: knowledge_file::Entity::in_organisation(of).count(read).await.or_internal()?,
        members: membership::Entity::in_organisation(of).count(read).await.or_internal()?,
        invitations: invitation::Entity::in_organisation(of).count(read).await.or_internal()?,
        keys: access_key::Entity::in_organisation(of).count(read).await.or_internal()?,
        invoices: invoice::Entity::in_organisation(of).count(read).await.or_internal()?,
    })
}
