//! An organisation (tenant): its profile, language and zone, and the version that guards
//! against two administrators overwriting each other.

use domain::{
    Language, OrganisationId,
    deletion::Stage,
    plan::{Plan, Subscription},
    support::{Consent, Mode},
};
use sea_orm::{
    entity::prelude::*,
    sea_query::{Expr, ExprTrait},
};

use crate::written;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub email: String,
    /// E.164, or empty.
    pub phone: String,
    pub website: String,
    pub address: String,
    pub language: String,
    /// A canonical IANA zone name.
    pub time_zone: String,
    pub support_access: bool,
    /// The last day of that, in the organisation's zone.
    pub support_until: Option<Date>,
    /// The word of a `domain::support::Mode`: how far support may go.
    pub support_mode: String,
    /// Who said so.
    pub support_allowed_by: Option<Uuid>,
    /// The operator of the installation lets support in until then, whatever was chosen.
    pub support_forced_until: Option<DateTimeUtc>,
    /// The random part of the photo's object names, if there is a photo.
    pub photo: Option<String>,
    /// The word of a `domain::plan::Plan`.
    pub plan: String,
    pub trial_ends_at: DateTimeUtc,
    /// The plan was never chosen: it is being tried out until then.
    pub on_trial: bool,
    /// The last `domain::plan::trial_news` its owners were told.
    pub trial_told: Option<i16>,
    /// Calls at once of Enterprise, as agreed with staff.
    pub slots_agreed: Option<i32>,
    /// Slots kept free for calls that come in, while it is open.
    pub slots_reserved: i32,
    pub created_at: DateTimeUtc,
    /// Grows by one with each saved change of the profile.
    pub version: i64,
    pub changed_at: DateTimeUtc,
    pub changed_by: Option<Uuid>,
    pub two_factor_required: bool,
    /// Minutes a session may go unused; 0: no limit.
    pub idle_limit: i32,
    /// The word of a `domain::deletion::Stage`.
    pub deletion: String,
    /// When it will be taken apart, unless an owner gives it back before.
    pub delete_at: Option<DateTimeUtc>,
    pub deletion_requested_at: Option<DateTimeUtc>,
    pub deletion_requested_by: Option<Uuid>,
    /// The last day after the request on which its owners were told.
    pub deletion_told: Option<i16>,
    /// When the last of it went; its invoices stay.
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    pub fn by_id(id: OrganisationId) -> Select<Self> {
        Self::find_by_id(id.0)
    }

    /// Those that are not to be deleted: the only ones for which the clock does anything.
    pub fn active() -> Select<Self> {
        Self::find().filter(Column::Deletion.eq(Stage::Active.word()))
    }

    /// The others: few.
    pub fn leaving() -> Select<Self> {
        Self::find().filter(Expr::col((Self, Column::Deletion)).ne(written(Stage::Active.word())))
    }
}

impl Model {
    pub const fn id(&self) -> OrganisationId {
        OrganisationId(self.id)
    }

    pub fn stage(&self) -> Stage {
        Stage::from_column(&self.deletion)
    }

    /// What it has at a moment. A word that is no plan (any more) counts as the least one.
    pub fn subscription(&self, now: DateTimeUtc) -> Subscription {
        let plan = Plan::from_word(&self.plan).unwrap_or(Plan::Discovery);
        Subscription::at(now, plan, self.on_trial.then_some(self.trial_ends_at))
    }

    /// Calls at the same time, at a moment.
    pub fn slots(&self, now: DateTimeUtc) -> u32 {
        let plan = self.subscription(now).plan;
        let agreed = self
            .slots_agreed
            .filter(|_| plan == Plan::Enterprise)
            .and_then(|slots| u32::try_from(slots).ok());
        agreed.unwrap_or(plan.slots())
    }

    /// Whether support is let in, as it is written down.
    pub fn consent(&self) -> Consent {
        Consent {
            allowed: self.support_access,
            until: self.support_until,
            mode: Mode::from_column(&self.support_mode),
            forced_until: self.support_forced_until,
        }
    }

    pub fn language(&self) -> Language {
        Language::from_tag(&self.language).unwrap_or_default()
    }
}
