//! Something that staff have told everybody.

use domain::notifications::News;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "announcement")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// A `domain::notifications::News`, as JSON.
    pub news: String,
    /// Of staff.
    pub person_id: Option<Uuid>,
    pub published_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// `None` if another version of the program wrote it.
    pub fn news(&self) -> Option<News> {
        serde_json::from_str(&self.news).ok()
    }
}
