//! What a person's security page shows.

use chrono::{DateTime, Utc};
use domain::{Account, AppError};
use entity::{authenticator, link, link::Purpose, passkey};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{codes, load_fresh_codes, load_person, requiring};
use crate::{Context, failure::OrInternal, support::is_hidden};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    pub email: String,
    /// An address whose link has not been used yet.
    pub pending_email: Option<String>,
    /// Since when there is an authenticator app.
    pub app_since: Option<DateTime<Utc>>,
    pub passkeys: Vec<PasskeyLine>,
    /// Whether passkeys can be used at this server's address.
    pub can_have_passkeys: bool,
    pub codes_left: u64,
    /// Codes were made in this session and not yet saved.
    pub has_fresh_codes: bool,
    /// The names of the organisations that require a second factor.
    pub required_by: Vec<String>,
    /// Whether support does not learn who they are; `None` for staff.
    pub hidden_from_support: Option<bool>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyLine {
    pub id: Uuid,
    pub name: String,
    pub created_at: DateTime<Utc>,
    pub used_at: Option<DateTime<Utc>>,
}

pub async fn load_overview(context: &Context, account: Account) -> Result<Overview, AppError> {
    let (read, id) = (context.database.read(), account.person);
    let person = load_person(read, id).await?;
    let app = authenticator::Entity::of_person(id).one(read).await.or_internal()?;
    let passkeys = passkey::Entity::of_person(id).all(read).await.or_internal()?;
    let pending = link::Entity::find()
        .filter(link::Column::PersonId.eq(id.0))
        .filter(link::Column::Purpose.eq(Purpose::ChangeEmail))
        .filter(link::Column::ExpiresAt.gt(context.now()))
        .one(read)
        .await
        .or_internal()?;
    Ok(Overview {
        email: person.email,
        pending_email: pending.and_then(|link| link.target),
        app_since: app.map(|app| app.confirmed_at),
        passkeys: passkeys
            .into_iter()
            .map(|row| PasskeyLine {
                id: row.id,
                name: row.name,
                created_at: row.created_at,
                used_at: row.used_at,
            })
            .collect(),
        can_have_passkeys: context.relying_party.is_some(),
        codes_left: codes::left(read, id).await?,
        has_fresh_codes: load_fresh_codes(context, account).await?.is_some(),
        required_by: requiring(read, id).await?,
        hidden_from_support: is_hidden(read, account).await?,
    })
}
