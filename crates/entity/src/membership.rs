//! Who belongs to which organisation, in which role.

use domain::{OrganisationId, PersonId, Role};
use sea_orm::{QueryOrder, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "membership")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: Uuid,
    pub role: String,
    pub created_at: DateTimeUtc,
    /// Sessions begun before an administrator signed the member out may not enter again.
    pub signed_out_at: Option<DateTimeUtc>,
    /// When they were last at work here, to the minute.
    pub active_at: Option<DateTimeUtc>,
    /// Support that is inside does not learn who this is.
    pub hidden_from_support: bool,
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

impl Related<super::organisation::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Organisation.def()
    }
}

impl Related<super::person::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Person.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    pub fn in_organisation(organisation: OrganisationId) -> Select<Self> {
        Self::find().filter(Column::OrganisationId.eq(organisation.0))
    }

    /// All memberships of a person, oldest first.
    pub fn of_person(person: PersonId) -> Select<Self> {
        Self::find().filter(Column::PersonId.eq(person.0)).order_by_asc(Column::CreatedAt)
    }
}

impl Model {
    pub const fn organisation(&self) -> OrganisationId {
        OrganisationId(self.organisation_id)
    }

    /// An unknown word gives the least role: a row this version cannot read must not give rights.
    pub fn role(&self) -> Role {
        Role::from_word(&self.role).unwrap_or(Role::Member)
    }
}
