//! Planning a campaign: whom it calls is written down then, so that a list may change afterwards.

use domain::{
    Admin, AppError, Code, Member,
    campaigns::{CampaignForm, MOST_OPEN, MOST_TARGETS, NewCampaign, State, TargetState},
};
use entity::{agent, campaign, campaign_target, customer, customer_list, listed_customer, organisation};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, JoinType, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, RelationTrait,
    sea_query::{CaseStatement, Expr, Query},
};
use serde_json::json;

use super::{Shown, Writes, outbound, shown};
use crate::{
    Context,
    customers::{ListLine, list_lists},
    failure::{OrInternal, internal},
    hours::schedule::{instant_of, parse_moment},
    members::lock_organisation,
    zones,
};

/// What a campaign can be made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choices {
    pub agents: Vec<agent::Model>,
    pub lists: Vec<ListLine>,
    /// So many calls may go out at once now.
    pub slots: u32,
    pub organisation: organisation::Model,
}

pub async fn load_choices(context: &Context, admin: Admin) -> Result<Choices, AppError> {
    let (read, of) = (context.database.read(), admin.organisation);
    let organisation =
        organisation::Entity::by_id(of).one(read).await.or_internal()?.ok_or(Code::NotFound)?;
    let agents = agent::Entity::in_organisation(of).order_by_asc(agent::Column::NameKey).all(read);
    Ok(Choices {
        agents: agents.await.or_internal()?,
        lists: list_lists(context, Member::from(admin), None).await?,
        slots: outbound(context, read, &organisation).await?,
        organisation,
    })
}

/// Plans a campaign; it calls from its start on, in business hours.
///
/// Errors: fields of [`CampaignForm`]; `starts_at` is `DateInvalid` or `DatePast`; `agent` and `list` are `ChoiceUnknown`,
/// `list` also `ListEmpty` and `ListTooLong`; `TooManyCampaigns`.
pub async fn plan_campaign(
    context: &Context,
    by: impl Writes,
    form: CampaignForm,
) -> Result<Shown, AppError> {
    let (who, inner) = (by.who(), context.clone());
    let planned = context.database.write(move |on| {
        Box::pin(async move {
            // Campaigns are counted.
            let row = lock_organisation(on, who.organisation).await?;
            let NewCampaign { name, agent, list, starts_at, at_once, attempts, retry_minutes } =
                form.parse(outbound(&inner, on, &row).await?)?;
            let (now, of) = (inner.now(), row.id());
            let starts_at = match starts_at.as_str() {
                "" => now,
                typed => moment(&row, typed).map_err(|code| AppError::field("starts_at", code))?,
            };
            // A minute that passed while the form was filled in is no mistake.
            if starts_at < now - chrono::TimeDelta::hours(1) {
                return Err(AppError::field("starts_at", Code::DatePast));
            }
            let open = campaign::Entity::in_organisation(of)
                .filter(campaign::Column::State.is_in([State::Active.as_str(), State::Paused.as_str()]));
            if open.count(on).await.or_internal()? >= MOST_OPEN {
                return Err(Code::TooManyCampaigns.into());
            }
            // Whoever deletes the agent waits, and then finds this campaign.
            let agent =
                agent::Entity::in_organisation(of).filter(agent::Column::Id.eq(agent.0)).lock_exclusive();
            let unknown = |field: &str| AppError::field(field, Code::ChoiceUnknown);
            let agent = agent.one(on).await.or_internal()?.ok_or_else(|| unknown("agent"))?;
            let list =
                customer_list::Entity::in_organisation(of).filter(customer_list::Column::Id.eq(list.0));
            let list = list.one(on).await.or_internal()?.ok_or_else(|| unknown("list"))?;
            let campaign = campaign::Model {
                id: inner.id(),
                organisation_id: of.0,
                name,
                agent_id: Some(agent.id),
                list_name: list.name.clone(),
                state: State::Active.as_str().to_owned(),
                starts_at,
                at_once: i32::try_from(at_once).unwrap_or(i32::MAX),
                attempts: i32::from(attempts),
                retry_minutes: i32::from(retry_minutes),
                trouble: None,
                retry_at: None,
                created_at: now,
                ended_at: None,
                version: 1,
            };
            let id = campaign.id();
            campaign::Entity::insert(campaign::ActiveModel::from(campaign.clone()))
                .exec_without_returning(on)
                .await
                .or_internal()?;
            let number = add_targets(on, &campaign, &list).await?;
            if number == 0 {
                return Err(AppError::field("list", Code::ListEmpty));
            }
            if number > MOST_TARGETS {
                return Err(AppError::field("list", Code::ListTooLong));
            }
            let after = json!({
                "name": campaign.name, "agent": agent.name, "list": list.name, "customers": number,
                "starts_at": zones::told(&row.time_zone, starts_at), "at_once": at_once,
            });
            who.record(&inner, on, "campaigns.plan_campaign", json!({}), after).await?;
            Ok(id)
        })
    });
    shown(context, who.organisation, planned.await?).await
}

fn moment(row: &organisation::Model, typed: &str) -> Result<chrono::DateTime<chrono::Utc>, Code> {
    instant_of(zones::parse(&row.time_zone)?, parse_moment(typed)?).ok_or(Code::DateInvalid)
}

/// Everybody who stands on the list now: how many.
async fn add_targets(
    on: &impl ConnectionTrait,
    campaign: &campaign::Model,
    list: &customer_list::Model,
) -> Result<u64, AppError> {
    use campaign_target::Column;
    let state = CaseStatement::new()
        .case(customer::Column::DoNotCall.eq(true), TargetState::Skipped.as_str())
        .finally(TargetState::Waiting.as_str());
    let listed = listed_customer::Entity::in_organisation(domain::OrganisationId(campaign.organisation_id))
        .filter(listed_customer::Column::ListId.eq(list.id))
        .join(JoinType::InnerJoin, listed_customer::Relation::Customer.def())
        .select_only()
        .expr(Expr::value(campaign.id))
        .column(listed_customer::Column::CustomerId)
        .expr(Expr::value(campaign.organisation_id))
        .expr(state)
        .expr(Expr::value(0))
        .expr(Expr::value(campaign.starts_at))
        .into_query();
    let columns = [
        Column::CampaignId,
        Column::CustomerId,
        Column::OrganisationId,
        Column::State,
        Column::Attempts,
        Column::NextAt,
    ];
    let insert = Query::insert()
        .into_table(campaign_target::Entity)
        .columns(columns)
        .select_from(listed)
        .map_err(|error| internal(error.to_string()))?
        .to_owned();
    Ok(on.execute(&insert).await.or_internal()?.rows_affected())
}
