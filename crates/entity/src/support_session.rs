//! One stay of staff in an organisation: who, why, how, from when to when. The rows stay: they are the record that the
//! organisation's administrators read.

use domain::{
    OrganisationId, PersonId, SupportId,
    support::{Ending, Mode},
};
use sea_orm::{QueryOrder, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "support_session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organisation_id: Uuid,
    pub person_id: Uuid,
    /// The browser session it lives in.
    pub session_id: Uuid,
    /// The administrator who lets support in; nobody when the operator overrode it.
    pub consented_by: Option<Uuid>,
    pub reason: String,
    /// Empty if there was none.
    pub ticket: String,
    pub mode: String,
    pub started_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    pub ended_reason: Option<String>,
    /// Who ended it, where it was somebody.
    pub ended_by: Option<Uuid>,
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
    #[sea_orm(
        belongs_to = "super::session::Entity",
        from = "Column::SessionId",
        to = "super::session::Column::Id",
        on_delete = "Cascade"
    )]
    Session,
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

impl Related<super::session::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Session.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// Newest first.
    pub fn in_organisation(organisation: OrganisationId) -> Select<Self> {
        Self::find().filter(Column::OrganisationId.eq(organisation.0)).order_by_desc(Column::Id)
    }

    /// Newest first.
    pub fn of_person(person: PersonId) -> Select<Self> {
        Self::find().filter(Column::PersonId.eq(person.0)).order_by_desc(Column::Id)
    }

    /// Those that nobody has ended yet; their time may be over all the same.
    pub fn live() -> Select<Self> {
        Self::find().filter(Column::EndedAt.is_null())
    }
}

impl Model {
    pub const fn id(&self) -> SupportId {
        SupportId(self.id)
    }

    pub const fn organisation(&self) -> OrganisationId {
        OrganisationId(self.organisation_id)
    }

    pub const fn person(&self) -> PersonId {
        PersonId(self.person_id)
    }

    pub fn mode(&self) -> Mode {
        Mode::from_column(&self.mode)
    }

    /// A word that this version cannot read is told as the end by time.
    pub fn ending(&self) -> Option<Ending> {
        self.ended_at?;
        let word = self.ended_reason.as_deref().unwrap_or_default();
        Some(Ending::from_word(word).unwrap_or(Ending::Expired))
    }
}
