//! The calls of an organisation, newest first, and one of them.

use domain::{
    AppError, CallId, Code, Member, OrganisationId,
    actor::ReadCalls,
    calls::{CallsForm, Wanted},
};
use entity::call;
use sea_orm::{ColumnTrait, Condition, Iterable, QueryFilter, QuerySelect, Select, sea_query::Expr};

use crate::{Context, failure::OrInternal, who::asked_by};

/// Calls of one page, unless fewer are asked for.
pub const PAGE: u64 = 100;

asked_by! {
    /// Who may read the calls of an organisation: a member, or a program whose key says so.
    pub trait Reads: Member | ReadCalls;
}

/// Errors: `NotFound`.
pub async fn load(context: &Context, by: impl Reads, id: CallId) -> Result<call::Model, AppError> {
    let found = call::Entity::in_organisation(by.who().organisation).filter(call::Column::Id.eq(id.0));
    found.one(context.database.read()).await.or_internal()?.ok_or_else(|| Code::NotFound.into())
}

/// Newest first, without transcripts, at most `limit` and at most [`PAGE`]; whether there are more. Errors: fields of [`CallsForm`].
pub async fn list(
    context: &Context,
    by: impl Reads,
    form: CallsForm,
    limit: u64,
) -> Result<(Vec<call::Model>, bool), AppError> {
    let (wanted, limit) = (form.parse()?, limit.clamp(1, PAGE));
    let rows = in_order(by.who().organisation, &wanted, wanted.before).limit(limit + 1);
    let mut rows = rows.all(context.database.read()).await.or_internal()?;
    let more = rows.len() as u64 > limit;
    rows.truncate(usize::try_from(limit).unwrap_or(rows.len()));
    Ok((rows, more))
}

/// Whichever are wanted, from after `before` on, without transcripts: those may be very much.
pub(super) fn in_order(
    organisation: OrganisationId,
    wanted: &Wanted,
    before: Option<CallId>,
) -> Select<call::Entity> {
    let Wanted { direction, outcome, campaign, before: _ } = wanted;
    let wanted = Condition::all()
        .add_option(direction.map(|direction| call::Column::Direction.eq(direction.as_str())))
        .add_option(outcome.map(|outcome| call::Column::Outcome.eq(outcome.as_str())))
        .add_option(campaign.map(|campaign| call::Column::CampaignId.eq(campaign.0)))
        .add_option(before.map(|before| call::Column::Id.lt(before.0)));
    let columns = call::Column::iter().filter(|column| !matches!(column, call::Column::Transcript));
    call::Entity::in_organisation(organisation)
        .select_only()
        .columns(columns)
        .expr_as(Expr::value(None::<String>), "transcript")
        .filter(wanted)
}
