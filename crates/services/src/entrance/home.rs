//! Where somebody is at home, and in which language they are written to.

use domain::{AppError, Language};
use entity::{membership, organisation, person};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::failure::{OrInternal, internal};

/// The organisation a new session starts in: where the person was last, else the oldest. One that is to be deleted only where
/// there is no other.
pub(super) async fn home_of(
    on: &impl ConnectionTrait,
    person: &person::Model,
) -> Result<Option<organisation::Model>, AppError> {
    let memberships = membership::Entity::of_person(person.id()).all(on).await.or_internal()?;
    let last = entity::session::Entity::find()
        .filter(entity::session::Column::PersonId.eq(person.id))
        .order_by_desc(entity::session::Column::ActiveAt)
        .one(on)
        .await
        .or_internal()?;
    let last = last.and_then(|session| session.organisation_id);
    let found =
        memberships.iter().find(|member| Some(member.organisation_id) == last).or(memberships.first());
    let Some(id) = found.map(membership::Model::organisation) else { return Ok(None) };
    let home = organisation::Entity::by_id(id).one(on).await.or_internal()?;
    let home = home.ok_or_else(|| internal("a membership without its organisation"))?;
    if home.stage().is_open() {
        return Ok(Some(home));
    }
    let ids = memberships.iter().map(|member| member.organisation_id);
    let others = organisation::Entity::active().filter(organisation::Column::Id.is_in(ids));
    let other = others.order_by_asc(organisation::Column::Id).one(on).await.or_internal()?;
    Ok(Some(other.unwrap_or(home)))
}

/// The language of mails to somebody: their own choice, else that of the organisation they are at home in, else
/// `otherwise`.
pub(crate) async fn language_of(
    on: &impl ConnectionTrait,
    person: &person::Model,
    otherwise: Language,
) -> Result<Language, AppError> {
    match person.language() {
        Some(own) => Ok(own),
        None => Ok(home_of(on, person).await?.map_or(otherwise, |home| home.language())),
    }
}
