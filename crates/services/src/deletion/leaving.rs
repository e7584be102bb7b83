//! What is told of an organisation that is to be deleted: to its people who sign in, and to whoever follows a mailed link.

use chrono::{DateTime, Utc};
use domain::{Account, AppError, Code, OrganisationId, Role, deletion::Stage};
use entity::{membership, organisation, person};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder};

use super::find;
use crate::{Context, failure::OrInternal};

/// All that members learn of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaving {
    pub organisation: organisation::Model,
    /// Whom to ask, by name; nobody for support, from whom members may hide.
    pub owners: Vec<String>,
    /// The reader may give it back.
    pub is_owner: bool,
    pub delete_at: Option<DateTime<Utc>>,
}

/// Errors: `NotFound` where there is nothing to tell.
pub async fn load_leaving(context: &Context, account: Account) -> Result<Leaving, AppError> {
    let (read, of) = (context.database.read(), account.organisation.ok_or(Code::NotFound)?);
    let row = find(read, of).await?.filter(|row| !row.stage().is_open()).ok_or(Code::NotFound)?;
    let owners = match account.support {
        Some(_) => Vec::new(),
        None => membership::Entity::in_organisation(of)
            .filter(membership::Column::Role.eq(Role::Owner.as_str()))
            .find_also_related(person::Entity)
            .order_by_asc(person::Column::Name)
            .all(read)
            .await
            .or_internal()?
            .into_iter()
            .filter_map(|(_, person)| Some(person?.name))
            .collect(),
    };
    let is_owner = row.stage() == Stage::Pending && account.role == Role::Owner && account.support.is_none();
    Ok(Leaving { delete_at: row.delete_at, organisation: row, owners, is_owner })
}

/// Where a mailed link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// Nobody is signed in.
    SignIn,
    /// The reader's session stands in it.
    Here,
    /// The reader belongs to it and stands in another one.
    There { id: OrganisationId, name: String },
    /// It is gone, or none of the reader's: the same answer.
    Gone,
}

/// What somebody may do who follows the link of a mail; what it says of strangers' organisations is whether they exist.
pub async fn load_link(
    context: &Context,
    account: Option<Account>,
    organisation: &str,
) -> Result<Link, AppError> {
    let Ok(id) = organisation.parse::<OrganisationId>() else { return Ok(Link::Gone) };
    let read = context.database.read();
    let Some(row) = find(read, id).await?.filter(|row| row.stage().is_whole()) else { return Ok(Link::Gone) };
    let Some(account) = account else { return Ok(Link::SignIn) };
    if account.organisation == Some(id) {
        return Ok(Link::Here);
    }
    let member = membership::Entity::in_organisation(id)
        .filter(membership::Column::PersonId.eq(account.person.0))
        .one(read)
        .await
        .or_internal()?;
    Ok(member.map_or(Link::Gone, |_| Link::There { id, name: row.name }))
}
