//! Who comes with a key: one query, fresh from the database at every request, so that what was revoked is refused at the
//! next one, on every node.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    AppError, Code, KeyId, Language, Machine, OrganisationId, PersonId, Role, Scopes, deletion::Stage,
    keys::is_key,
};
use entity::{
    access_key::{Column, Entity},
    authenticator, membership, organisation, passkey, person,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect, RelationDef,
    RelationTrait,
    sea_query::{Expr, ExprTrait, Query},
};
use uuid::Uuid;

use crate::{
    Context,
    failure::OrInternal,
    token::{HashedToken, PlainToken},
};

/// `used_at` is written at most this often.
const USE_STEP: TimeDelta = TimeDelta::minutes(1);

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    organisation_id: Uuid,
    person_id: Option<Uuid>,
    scopes: String,
    used_at: Option<DateTime<Utc>>,
    organisation_language: String,
    person_language: Option<String>,
    role: Option<String>,
    deletion: String,
    two_factor_required: bool,
    app_since: Option<DateTime<Utc>>,
    has_passkey: bool,
}

/// The program that comes with `token`, the whole text after `Bearer`, if the key is good now.
///
/// Errors: `KeyInvalid` for everything that is no good key, whatever it was; `OrganisationDeleting`; `TwoFactorRequired` for the personal key of
/// somebody who owes their organisation a second factor.
pub async fn authenticate(context: &Context, token: &PlainToken) -> Result<Machine, AppError> {
    if !is_key(token.reveal()) {
        return Err(Code::KeyInvalid.into());
    }
    let (HashedToken(hash), now) = (token.hash(), context.now());
    let row = find(context, hash, now).await?.ok_or(Code::KeyInvalid)?;
    if !Stage::from_column(&row.deletion).is_open() {
        return Err(Code::OrganisationDeleting.into());
    }
    if row.owes_two_factor() {
        return Err(Code::TwoFactorRequired.into());
    }
    if row.used_at.is_none_or(|at| at <= now - USE_STEP) {
        note_use(context, row.id, now).await;
    }
    Ok(row.into())
}

/// A personal key is found only while its person belongs to the organisation.
async fn find(context: &Context, hash: Vec<u8>, now: DateTime<Utc>) -> Result<Option<Row>, AppError> {
    Entity::opened_by(hash, now)
        .select_only()
        .columns([Column::Id, Column::OrganisationId, Column::PersonId, Column::Scopes, Column::UsedAt])
        .column_as(organisation::Column::Language, "organisation_language")
        .column(organisation::Column::Deletion)
        .column(organisation::Column::TwoFactorRequired)
        .column_as(person::Column::Language, "person_language")
        .column(membership::Column::Role)
        .column_as(authenticator::Column::ConfirmedAt, "app_since")
        .expr_as(has_passkey(), "has_passkey")
        .join(JoinType::InnerJoin, entity::access_key::Relation::Organisation.def())
        .join(JoinType::LeftJoin, entity::access_key::Relation::Person.def())
        .join(JoinType::LeftJoin, membership_of_key())
        .join(JoinType::LeftJoin, app_of_key())
        .filter(Condition::any().add(Column::PersonId.is_null()).add(membership::Column::Role.is_not_null()))
        .into_model::<Row>()
        .one(context.database.read())
        .await
        .or_internal()
}

fn membership_of_key() -> RelationDef {
    Entity::belongs_to(membership::Entity)
        .from((Column::PersonId, Column::OrganisationId))
        .to((membership::Column::PersonId, membership::Column::OrganisationId))
        .into()
}

fn app_of_key() -> RelationDef {
    Entity::belongs_to(authenticator::Entity)
        .from(Column::PersonId)
        .to(authenticator::Column::PersonId)
        .into()
}

fn has_passkey() -> Expr {
    let passkeys = Query::select()
        .expr(Expr::val(1))
        .from(passkey::Entity)
        .and_where(
            Expr::col((passkey::Entity, passkey::Column::PersonId)).eq(Expr::col((Entity, Column::PersonId))),
        )
        .to_owned();
    Expr::exists(passkeys)
}

/// Of requests at the same moment one writes. That the list is a minute behind is no reason to refuse a program.
async fn note_use(context: &Context, key: Uuid, now: DateTime<Utc>) {
    let noted = context.database.write(move |on| {
        Box::pin(async move {
            let due = Condition::any().add(Column::UsedAt.is_null()).add(Column::UsedAt.lte(now - USE_STEP));
            Entity::update_many()
                .col_expr(Column::UsedAt, Expr::value(Some(now)))
                .filter(Column::Id.eq(key))
                .filter(due)
                .exec(on)
                .await
                .or_internal()?;
            Ok(())
        })
    });
    if let Err(error) = noted.await {
        tracing::warn!(%error, "the use of an access key could not be noted");
    }
}

impl Row {
    fn owes_two_factor(&self) -> bool {
        self.person_id.is_some() && self.two_factor_required && self.app_since.is_none() && !self.has_passkey
    }
}

impl From<Row> for Machine {
    fn from(row: Row) -> Self {
        let own = row.person_language.as_deref().and_then(Language::from_tag);
        Self {
            key: KeyId(row.id),
            organisation: OrganisationId(row.organisation_id),
            person: row.person_id.map(PersonId),
            // Only administrators make keys of the organisation.
            role: match row.person_id {
                Some(_) => row.role.as_deref().and_then(Role::from_word).unwrap_or(Role::Member),
                None => Role::Admin,
            },
            language: own.or_else(|| Language::from_tag(&row.organisation_language)).unwrap_or_default(),
            scopes: Scopes::from_words(&row.scopes),
        }
    }
}
