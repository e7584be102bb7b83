//! What a call that has ended means for the campaign that made it.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    AppError,
    calls::Outcome,
    campaigns::{State, TargetState},
};
use entity::{call, campaign, campaign_target};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use crate::failure::OrInternal;

/// Inside the transaction that ends `call`: whoever was not reached is called again later, as often as was planned. A call
/// that was lost is not tried again: somebody may have spoken.
pub(crate) async fn settle_on(
    on: &impl ConnectionTrait,
    call: &call::Model,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let Some(campaign) = call.campaign_id else { return Ok(()) };
    let Some(row) = campaign::Entity::find_by_id(campaign).one(on).await.or_internal()? else {
        return Ok(());
    };
    let settled = campaign_target::Entity::update_many()
        .filter(campaign_target::Column::CallId.eq(call.id))
        .filter(campaign_target::Column::State.eq(TargetState::Calling.as_str()));
    let may_retry = matches!(call.outcome(), Outcome::NoAnswer | Outcome::Busy | Outcome::Failed);
    if call.answered_at.is_some() {
        let reached = Expr::value(TargetState::Reached.as_str());
        settled.col_expr(campaign_target::Column::State, reached).exec(on).await.or_internal()?;
    } else {
        let tries = campaign_target::Column::Attempts;
        let again = settled
            .clone()
            .filter(if may_retry { tries.lt(row.attempts) } else { tries.lt(0) })
            .col_expr(campaign_target::Column::State, Expr::value(TargetState::Waiting.as_str()))
            .col_expr(
                campaign_target::Column::NextAt,
                Expr::value(now + TimeDelta::minutes(row.retry_minutes.into())),
            );
        if again.exec(on).await.or_internal()?.rows_affected == 0 {
            let unreached = Expr::value(TargetState::Unreached.as_str());
            settled.col_expr(campaign_target::Column::State, unreached).exec(on).await.or_internal()?;
        }
    }
    finish_on(on, row.id, now).await
}

/// The campaign has ended if there is nobody left to call.
pub(super) async fn finish_on(
    on: &impl ConnectionTrait,
    campaign: Uuid,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let left =
        campaign_target::Entity::find().filter(campaign_target::Column::CampaignId.eq(campaign)).filter(
            campaign_target::Column::State
                .is_in([TargetState::Waiting.as_str(), TargetState::Calling.as_str()]),
        );
    if left.one(on).await.or_internal()?.is_some() {
        return Ok(());
    }
    campaign::Entity::update_many()
        .col_expr(campaign::Column::State, Expr::value(State::Finished.as_str()))
        .col_expr(campaign::Column::EndedAt, Expr::value(Some(now)))
        .filter(campaign::Column::Id.eq(campaign))
        .filter(campaign::Column::State.is_in([State::Active.as_str(), State::Paused.as_str()]))
        .exec(on)
        .await
        .or_internal()?;
    Ok(())
}
