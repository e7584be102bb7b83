//! Some days with a plan that are to be paid: what the next invoice carries, and what earlier ones carried.

use domain::{
    OrganisationId,
    invoices::{Line, Price},
    money::Money,
    plan::Plan,
};
use sea_orm::{QueryOrder, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "charge")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organisation_id: Uuid,
    /// The word of a `domain::plan::Plan`.
    pub plan: String,
    pub first_day: Date,
    pub last_day: Date,
    pub slots: Option<i32>,
    /// What a month of it cost then, in kuruş.
    pub unit: i64,
    /// The invoice that carries it; null: none yet.
    pub invoice_id: Option<Uuid>,
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
}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// What no invoice carries yet, oldest first.
    pub fn open_in_organisation(organisation: OrganisationId) -> Select<Self> {
        Self::find()
            .filter(Column::OrganisationId.eq(organisation.0))
            .filter(Column::InvoiceId.is_null())
            .order_by_asc(Column::FirstDay)
    }
}

impl Model {
    /// `None`: it comes to nothing.
    pub fn line(&self) -> Option<Line> {
        let plan = Plan::from_word(&self.plan).unwrap_or(Plan::Discovery);
        let slots = self.slots.and_then(|slots| u32::try_from(slots).ok());
        Line::charge(plan, Price { unit: Money(self.unit), slots }, self.first_day, self.last_day)
    }
}
