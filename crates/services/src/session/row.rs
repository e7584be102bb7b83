//! The one query behind every signed-in request, and what it says.

use chrono::{DateTime, Utc};
use domain::{
    Account, AppError, Inside, Language, OrganisationId, PersonId, Role, SessionId, SupportId,
    deletion::Stage,
    support::{Consent, Ending, Mode},
};
use entity::{
    authenticator, hours, membership, notification, organisation, passkey, person, session, staff,
    support_session,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect, RelationDef,
    RelationTrait,
    prelude::Date,
    sea_query::{Alias, Expr, ExprTrait, IntoCondition, Query},
};
use uuid::Uuid;

use super::Visit;
use crate::{Context, failure::OrInternal, zones};

/// Times of staff who are in no organisation are told where the product comes from.
const STAFF_ZONE: &str = "Europe/Istanbul";

#[derive(FromQueryResult)]
pub(super) struct Row {
    pub session_id: Uuid,
    pub proved_at: DateTime<Utc>,
    pub active_at: DateTime<Utc>,
    person_id: Uuid,
    person_name: String,
    person_email: String,
    person_language: Option<String>,
    organisation_id: Option<Uuid>,
    organisation_name: Option<String>,
    organisation_photo: Option<String>,
    organisation_language: Option<String>,
    deletion: Option<String>,
    two_factor_required: Option<bool>,
    pub idle_limit: Option<i32>,
    time_zone: Option<String>,
    role: Option<String>,
    schedule: Option<String>,
    app_since: Option<DateTime<Utc>>,
    has_passkey: bool,
    belongs_elsewhere: bool,
    has_unseen: bool,
    has_support: bool,
    staff_since: Option<DateTime<Utc>>,
    support_id: Option<Uuid>,
    support_mode: Option<String>,
    consented_by: Option<Uuid>,
    support_expires: Option<DateTime<Utc>>,
    support_access: Option<bool>,
    support_until: Option<Date>,
    support_reach: Option<String>,
    support_forced_until: Option<DateTime<Utc>>,
}

/// The session of a token that has neither ended nor expired. Staff stand in its organisation only while there is a
/// support session for it.
pub(super) async fn find(
    context: &Context,
    hash: Vec<u8>,
    now: DateTime<Utc>,
) -> Result<Option<Row>, AppError> {
    session::Entity::find()
        .select_only()
        .column_as(session::Column::Id, "session_id")
        .column(session::Column::ProvedAt)
        .column(session::Column::ActiveAt)
        .column(session::Column::PersonId)
        .column_as(person::Column::Name, "person_name")
        .column_as(person::Column::Email, "person_email")
        .column_as(person::Column::Language, "person_language")
        .column_as(organisation::Column::Id, "organisation_id")
        .column_as(organisation::Column::Name, "organisation_name")
        .column_as(organisation::Column::Photo, "organisation_photo")
        .column_as(organisation::Column::Language, "organisation_language")
        .column(organisation::Column::Deletion)
        .column(organisation::Column::TwoFactorRequired)
        .column(organisation::Column::IdleLimit)
        .column(organisation::Column::TimeZone)
        .column(organisation::Column::SupportAccess)
        .column(organisation::Column::SupportUntil)
        .column_as(organisation::Column::SupportMode, "support_reach")
        .column(organisation::Column::SupportForcedUntil)
        .column(membership::Column::Role)
        .column(hours::Column::Schedule)
        .column_as(authenticator::Column::ConfirmedAt, "app_since")
        .column_as(staff::Column::CreatedAt, "staff_since")
        .column_as(support_session::Column::Id, "support_id")
        .column_as(support_session::Column::Mode, "support_mode")
        .column(support_session::Column::ConsentedBy)
        .column_as(support_session::Column::ExpiresAt, "support_expires")
        .expr_as(has_passkey(), "has_passkey")
        .expr_as(belongs_elsewhere(), "belongs_elsewhere")
        .expr_as(has_unseen(), "has_unseen")
        .expr_as(has_support(), "has_support")
        .join(JoinType::InnerJoin, session::Relation::Person.def())
        .join(JoinType::LeftJoin, staff_of_session())
        .join(JoinType::LeftJoin, support_of_session())
        .join(JoinType::LeftJoin, session::Relation::Organisation.def())
        .join(JoinType::LeftJoin, membership_of_session())
        .join(JoinType::LeftJoin, hours_of_session())
        .join(JoinType::LeftJoin, app_of_session())
        .filter(session::Column::TokenHash.eq(hash))
        .filter(session::Column::EndedAt.is_null())
        .filter(session::Column::ExpiresAt.gt(now))
        .into_model::<Row>()
        .one(context.database.read())
        .await
        .or_internal()
        .map(|row| row.map(Row::without_trespass))
}

fn staff_of_session() -> RelationDef {
    session::Entity::belongs_to(staff::Entity)
        .from(session::Column::PersonId)
        .to(staff::Column::PersonId)
        .into()
}

fn support_of_session() -> RelationDef {
    let relation: RelationDef = session::Entity::belongs_to(support_session::Entity)
        .from((session::Column::PersonId, session::Column::Id, session::Column::OrganisationId))
        .to((
            support_session::Column::PersonId,
            support_session::Column::SessionId,
            support_session::Column::OrganisationId,
        ))
        .into();
    relation.on_condition(|_, support| {
        Expr::col((support, support_session::Column::EndedAt)).is_null().into_condition()
    })
}

fn membership_of_session() -> RelationDef {
    session::Entity::belongs_to(membership::Entity)
        .from((session::Column::PersonId, session::Column::OrganisationId))
        .to((membership::Column::PersonId, membership::Column::OrganisationId))
        .into()
}

fn hours_of_session() -> RelationDef {
    session::Entity::belongs_to(hours::Entity)
        .from(session::Column::OrganisationId)
        .to(hours::Column::OrganisationId)
        .into()
}

fn app_of_session() -> RelationDef {
    session::Entity::belongs_to(authenticator::Entity)
        .from(session::Column::PersonId)
        .to(authenticator::Column::PersonId)
        .into()
}

fn has_passkey() -> Expr {
    exists(
        passkey::Entity,
        Condition::all().add(of_session(passkey::Column::PersonId, session::Column::PersonId)),
    )
}

fn belongs_elsewhere() -> Expr {
    // An alias: the organisation's own membership is in the query already.
    let other = Alias::new("other");
    let column = |column: membership::Column| Expr::col((other.clone(), column));
    let session = |column: session::Column| Expr::col((session::Entity, column));
    let memberships = Query::select()
        .expr(Expr::val(1))
        .from_as(membership::Entity, other.clone())
        .and_where(column(membership::Column::PersonId).eq(session(session::Column::PersonId)))
        .and_where(column(membership::Column::OrganisationId).ne(session(session::Column::OrganisationId)))
        .to_owned();
    Expr::exists(memberships)
}

fn has_unseen() -> Expr {
    let of = Condition::all()
        .add(of_session(notification::Column::PersonId, session::Column::PersonId))
        .add(of_session(notification::Column::OrganisationId, session::Column::OrganisationId))
        .add(notification::Column::SeenAt.is_null());
    exists(notification::Entity, of)
}

fn has_support() -> Expr {
    let inside = Alias::new("inside");
    let column = |column: support_session::Column| Expr::col((inside.clone(), column));
    let stays = Query::select()
        .expr(Expr::val(1))
        .from_as(support_session::Entity, inside.clone())
        .and_where(
            column(support_session::Column::OrganisationId)
                .eq(Expr::col((session::Entity, session::Column::OrganisationId))),
        )
        .and_where(column(support_session::Column::EndedAt).is_null())
        .to_owned();
    Expr::exists(stays)
}

fn of_session(column: impl ColumnTrait, of: session::Column) -> Expr {
    Expr::col(column.as_column_ref()).eq(Expr::col((session::Entity, of)))
}

fn exists(table: impl EntityTrait, rows: Condition) -> Expr {
    Expr::exists(Query::select().expr(Expr::val(1)).from(table).cond_where(rows).to_owned())
}

impl Row {
    pub fn is_staff(&self) -> bool {
        self.staff_since.is_some()
    }

    /// Members belong to the organisation of their session (still), staff to none.
    pub fn has_standing(&self) -> bool {
        self.is_staff() || self.role.is_some()
    }

    fn zone(&self) -> Option<chrono_tz::Tz> {
        self.time_zone.as_deref().and_then(|name| zones::parse(name).ok())
    }

    /// The support session in it that must end, and why. One that goes on goes no further than the organisation lets it now.
    pub fn support_over(&mut self, now: DateTime<Utc>) -> Option<(SupportId, Ending)> {
        let id = SupportId(self.support_id?);
        let consent = Consent {
            allowed: self.support_access.unwrap_or_default(),
            until: self.support_until,
            mode: self.support_reach.as_deref().map(Mode::from_column).unwrap_or_default(),
            forced_until: self.support_forced_until,
        };
        let today =
            self.zone().map_or_else(|| now.date_naive(), |zone| now.with_timezone(&zone).date_naive());
        if self.support_expires.is_none_or(|end| end <= now) {
            return Some((id, Ending::Expired));
        }
        match consent.reach(now, today) {
            Some(reach) => {
                self.support_mode = Some(self.mode().min(reach).word().to_owned());
                None
            }
            None => Some((id, Ending::Withdrawn)),
        }
    }

    fn mode(&self) -> Mode {
        Mode::from_column(self.support_mode.as_deref().unwrap_or_default())
    }

    fn without_trespass(mut self) -> Self {
        if self.is_staff() && self.support_id.is_none() {
            self.leave();
        }
        self
    }

    /// The support session has ended: nothing of the organisation is left.
    pub fn leave(&mut self) {
        self.support_id = None;
        self.organisation_id = None;
        self.organisation_name = None;
        self.organisation_photo = None;
        self.organisation_language = None;
        self.deletion = None;
        self.time_zone = None;
        self.schedule = None;
    }

    fn inside(&self) -> Option<Inside> {
        Some(Inside {
            id: SupportId(self.support_id?),
            mode: self.mode(),
            consented_by: self.consented_by.map(PersonId),
        })
    }

    /// Inside, support sees what the organisation sees; everybody else what they chose for themselves.
    fn language(&self) -> Language {
        let own = self.person_language.as_deref().filter(|_| self.support_id.is_none());
        own.and_then(Language::from_tag)
            .or_else(|| Language::from_tag(self.organisation_language.as_deref()?))
            .unwrap_or_default()
    }
}

impl From<Row> for Visit {
    fn from(row: Row) -> Self {
        let has_second_factor = row.app_since.is_some() || row.has_passkey;
        let (is_staff, support) = (row.is_staff(), row.inside());
        let role = row.role.as_deref().and_then(Role::from_word);
        let role = match support {
            Some(_) => Role::Admin,
            None => role.filter(|_| !is_staff).unwrap_or(Role::Member),
        };
        Self {
            account: Account {
                person: PersonId(row.person_id),
                session: SessionId(row.session_id),
                organisation: row.organisation_id.map(OrganisationId),
                stage: row.deletion.as_deref().map(Stage::from_column).unwrap_or_default(),
                role,
                language: row.language(),
                proved_at: row.proved_at,
                owes_two_factor: (is_staff || row.two_factor_required == Some(true)) && !has_second_factor,
                is_staff,
                support,
                refused: None,
            },
            active_at: row.active_at,
            person_name: row.person_name,
            person_email: row.person_email,
            organisation_name: row.organisation_name.unwrap_or_default(),
            organisation_photo: row.organisation_photo,
            belongs_elsewhere: row.belongs_elsewhere,
            has_unseen: row.has_unseen,
            has_support: row.has_support,
            time_zone: row.time_zone.unwrap_or_else(|| STAFF_ZONE.to_owned()),
            schedule: row.schedule,
        }
    }
}
