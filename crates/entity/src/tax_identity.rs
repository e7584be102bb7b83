//! Who an organisation's invoices are made out to. No row: nobody has said so yet.

use domain::OrganisationId;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tax_identity")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    /// `domain::billing::Taxpayer`.
    pub taxpayer: String,
    pub legal_title: String,
    /// Ten digits, or empty for a sole trader.
    pub tax_number: String,
    /// `services::sealing::Place::NationalNumber`; only a sole trader has one.
    pub national_number: Option<String>,
    /// Plate codes: of the tax office, and of the address.
    pub office_province: String,
    pub tax_office: String,
    pub province: String,
    pub district: String,
    pub address: String,
    /// Five digits, or empty.
    pub postcode: String,
    /// Grows by one with each saved change.
    pub version: i64,
    pub changed_at: DateTimeUtc,
    pub changed_by: Option<Uuid>,
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
    pub fn in_organisation(organisation: OrganisationId) -> Select<Self> {
        Self::find_by_id(organisation.0)
    }
}
