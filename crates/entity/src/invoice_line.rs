//! A line of an invoice or a credit note. Never changed: the database refuses.

use domain::{InvoiceId, invoices::Line, money::Money, plan::Plan};
use sea_orm::{QueryOrder, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invoice_line")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub invoice_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    /// The word of a `domain::plan::Plan`.
    pub plan: String,
    pub first_day: Date,
    pub last_day: Date,
    pub slots: Option<i32>,
    /// In kuruş, as are the others.
    pub unit: i64,
    pub net: i64,
    /// In basis points.
    pub rate: i32,
    pub tax: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::invoice::Entity",
        from = "Column::InvoiceId",
        to = "super::invoice::Column::Id"
    )]
    Invoice,
}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// In their order.
    pub fn of_invoice(invoice: InvoiceId) -> Select<Self> {
        Self::find().filter(Column::InvoiceId.eq(invoice.0)).order_by_asc(Column::Position)
    }
}

impl Model {
    pub fn line(&self) -> Line {
        Line {
            plan: Plan::from_word(&self.plan).unwrap_or(Plan::Discovery),
            first: self.first_day,
            last: self.last_day,
            slots: self.slots.and_then(|slots| u32::try_from(slots).ok()),
            unit: Money(self.unit),
            net: Money(self.net),
            rate: self.rate.unsigned_abs(),
            tax: Money(self.tax),
        }
    }
}
