//! An access key of the REST API. Only the SHA-256 of its token is stored; a key that was rolled has an old token too,
//! until that one ends. Ended keys stay as rows.

use domain::{KeyId, OrganisationId, PersonId, Scopes};
use sea_orm::{Condition, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organisation_id: Uuid,
    /// Whose personal key it is; `None`: the organisation's own.
    pub person_id: Option<Uuid>,
    pub name: String,
    /// Words between spaces, read by `Scopes::from_words`.
    pub scopes: String,
    #[sea_orm(unique)]
    pub token_hash: Vec<u8>,
    /// What the token begins with after `ayar_`.
    pub token_start: String,
    #[sea_orm(unique)]
    pub old_token_hash: Option<Vec<u8>>,
    /// Until then the old token works.
    pub old_token_ends_at: Option<DateTimeUtc>,
    /// Nobody when that person's account is gone.
    pub created_by: Option<Uuid>,
    pub created_at: DateTimeUtc,
    pub expires_at: Option<DateTimeUtc>,
    /// To the minute.
    pub used_at: Option<DateTimeUtc>,
    pub revoked_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::organisation::Entity",
        from = "Column::OrganisationId",
        to = "super::organisation::Column::Id",
        on_delete = "Cascade"
    )]
    Organisation,
    #[sea_orm(
        belongs_to = "super::person::Entity",
        from = "Column::PersonId",
        to = "super::person::Column::Id",
        on_delete = "Cascade"
    )]
    Person,
}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    pub fn in_organisation(organisation: OrganisationId) -> Select<Self> {
        Self::find().filter(Column::OrganisationId.eq(organisation.0))
    }

    /// The key that a token opens `now`, new or old. What the key's owner is by now is not asked.
    pub fn opened_by(hash: Vec<u8>, now: DateTimeUtc) -> Select<Self> {
        let old =
            Condition::all().add(Column::OldTokenHash.eq(hash.clone())).add(Column::OldTokenEndsAt.gt(now));
        let token = Condition::any().add(Column::TokenHash.eq(hash)).add(old);
        Self::find().filter(token).filter(is_live(now))
    }
}

/// Neither revoked nor expired.
pub fn is_live(now: DateTimeUtc) -> Condition {
    Condition::all()
        .add(Column::RevokedAt.is_null())
        .add(Condition::any().add(Column::ExpiresAt.is_null()).add(Column::ExpiresAt.gt(now)))
}

impl Model {
    pub const fn id(&self) -> KeyId {
        KeyId(self.id)
    }

    pub fn person(&self) -> Option<PersonId> {
        self.person_id.map(PersonId)
    }

    pub fn scopes(&self) -> Scopes {
        Scopes::from_words(&self.scopes)
    }

    /// When it stopped working: revoked, or expired by `now`.
    pub fn ended_at(&self, now: DateTimeUtc) -> Option<DateTimeUtc> {
        self.revoked_at.or(self.expires_at.filter(|end| *end <= now))
    }

    /// Until when the old token works, if it does `now`.
    pub fn old_token_until(&self, now: DateTimeUtc) -> Option<DateTimeUtc> {
        let until = self.old_token_ends_at.filter(|end| *end > now)?;
        Some(self.expires_at.map_or(until, |end| end.min(until)))
    }
}
