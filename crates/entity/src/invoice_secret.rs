//! The national number on an invoice to a sole trader: sealed, and sealed anew when keys are rotated.

use domain::InvoiceId;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invoice_secret")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub invoice_id: Uuid,
    /// `services::sealing::Place::InvoiceNumber`.
    pub national_number: String,
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
    pub fn of_invoice(invoice: InvoiceId) -> Select<Self> {
        Self::find_by_id(invoice.0)
    }
}
