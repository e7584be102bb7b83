//! The plan of an organisation: what it has, an owner's choice, and the end of the trial. There is no payment: a choice
//! holds at once. Nothing is ever lost by a smaller plan: nobody is shown out and no running call ends.

use chrono::TimeDelta;
use domain::{
    Admin, AppError, Code, Owner, Recent, Role, Staff,
    invoices::Price,
    plan::{AgreeForm, Plan, PlanForm, Subscription, TRIAL_TOLD, trial_news},
};
use entity::organisation;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};
use serde_json::json;

use crate::{
    Context,
    audit::{self, Entry},
    failure::OrInternal,
    invoices,
    mail::{MailKind, PlanNews},
    members::{acting_role, count_seats, lock_organisation, tell_all},
    support, zones,
};

/// The organisations whose trial is looked at in one go.
const BATCH: u64 = 100;

/// What an organisation has now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Has {
    pub subscription: Subscription,
    /// Calls at the same time.
    pub slots: u32,
    /// People and open invitations; more than the plan is for after a smaller one was chosen.
    pub seats_taken: usize,
}

pub async fn load_plan(context: &Context, admin: Admin) -> Result<Has, AppError> {
    let (read, now) = (context.database.read(), context.now());
    let row = organisation::Entity::by_id(admin.organisation).one(read).await.or_internal()?;
    let row = row.ok_or(Code::NotFound)?;
    Ok(Has {
        subscription: row.subscription(now),
        slots: row.slots(now),
        seats_taken: count_seats(read, admin.organisation, now).await?,
    })
}

/// Takes a plan, at once, and ends the trial with it; the days before are invoiced. Taking what one has already leaves no trace. Errors: field `plan`,
/// `Forbidden` (no owner any more).
pub async fn change_plan(context: &Context, owner: Recent<Owner>, form: PlanForm) -> Result<Plan, AppError> {
    let (plan, owner, inner) = (form.parse()?, *owner, context.clone());
    let changed = context.database.write(move |on| {
        Box::pin(async move {
            let row = lock_organisation(on, owner.organisation).await?;
            acting_role(on, *owner, Role::Owner).await?;
            let had = row.subscription(inner.now());
            if (Subscription { plan, trial_ends_at: None }) == had && !row.on_trial {
                return Ok(());
            }
            invoices::change_on(&inner, on, &row, Price::of(plan, plan.slots())).await?;
            organisation::Entity::update_many()
                .col_expr(organisation::Column::Plan, Expr::value(plan.as_str()))
                .col_expr(organisation::Column::OnTrial, Expr::value(false))
                .col_expr(organisation::Column::SlotsAgreed, Expr::value(None::<i32>))
                .filter(organisation::Column::Id.eq(row.id))
                .exec(on)
                .await
                .or_internal()?;
            let entry = Entry {
                organisation: Some(owner.organisation),
                before: json!({ "plan": had.plan.as_str(), "on_trial": had.trial_ends_at.is_some() }),
                after: json!({ "plan": plan.as_str(), "on_trial": false }),
                ..audit::personal(owner.person, "billing.change_plan")
            };
            audit::record(&inner, on, entry).await
        })
    });
    changed.await?;
    invoices::issue_now(context, owner.organisation).await;
    Ok(plan)
}

/// Writes down what staff agreed on with an organisation, and tells its owners: Enterprise, with so many calls at once.
/// Gives the organisation's name. Errors: `NotFound`, field `slots`.
pub async fn agree_slots(context: &Context, staff: Staff, form: AgreeForm) -> Result<String, AppError> {
    let ((id, slots), inner) = (form.parse()?, context.clone());
    let agreed = context.database.write(move |on| {
        Box::pin(async move {
            let row = support::lock_organisation(on, id).await?.ok_or(Code::NotFound)?;
            if !row.stage().is_open() {
                return Err(Code::OrganisationDeleting.into());
            }
            let now = inner.now();
            let entry = Entry {
                organisation: Some(id),
                before: json!({ "plan": row.subscription(now).plan.as_str(), "slots": row.slots(now) }),
                after: json!({ "plan": Plan::Enterprise.as_str(), "slots": slots }),
                ..audit::personal(staff.person, "billing.agree_slots")
            };
            if entry.before == entry.after {
                return Ok(row.name);
            }
            invoices::change_on(&inner, on, &row, Price::of(Plan::Enterprise, slots)).await?;
            organisation::Entity::update_many()
                .col_expr(organisation::Column::Plan, Expr::value(Plan::Enterprise.as_str()))
                .col_expr(organisation::Column::OnTrial, Expr::value(false))
                .col_expr(organisation::Column::SlotsAgreed, Expr::value(i32::try_from(slots).ok()))
                .filter(organisation::Column::Id.eq(id.0))
                .exec(on)
                .await
                .or_internal()?;
            audit::record(&inner, on, entry).await?;
            tell_owners(&inner, on, &row, PlanNews::Agreed { slots }).await?;
            Ok(row.name)
        })
    });
    let name = agreed.await?;
    invoices::issue_now(context, id).await;
    Ok(name)
}

/// Tells owners of trials that are about to end, and writes down those that have ended: how many news. The server does
/// this every minute; of several nodes one of them tells each. A trial that is over is over without it.
pub async fn sweep_trials(context: &Context) -> Result<usize, AppError> {
    let now = context.now();
    let soon = now + TimeDelta::days(TRIAL_TOLD.into_iter().max().unwrap_or(0).into());
    // What was told at the last look is not due again.
    let unheard = TRIAL_TOLD.into_iter().fold(
        Condition::any()
            .add(organisation::Column::TrialTold.is_null())
            .add(organisation::Column::TrialEndsAt.lte(now)),
        |any, days| {
            any.add(
                Condition::all()
                    .add(organisation::Column::TrialTold.gt(i16::from(days)))
                    .add(organisation::Column::TrialEndsAt.lte(now + TimeDelta::days(days.into()))),
            )
        },
    );
    let due = organisation::Entity::active()
        .filter(organisation::Column::OnTrial.eq(true))
        .filter(organisation::Column::TrialEndsAt.lte(soon))
        .filter(unheard)
        .order_by_asc(organisation::Column::TrialEndsAt)
        .limit(BATCH)
        .all(context.database.read())
        .await
        .or_internal()?;
    let mut told = 0;
    for row in due {
        let Some(days) = trial_news(now, row.trial_ends_at) else { continue };
        told += usize::from(note(context, &row, days).await?);
    }
    Ok(told)
}

/// Writes the news down and tells the owners: whether it was this node that did.
async fn note(context: &Context, row: &organisation::Model, days: u8) -> Result<bool, AppError> {
    let (inner, had) = (context.clone(), row.clone());
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                let mut noted = organisation::Entity::update_many()
                    .col_expr(organisation::Column::TrialTold, Expr::value(Some(i16::from(days))))
                    .filter(organisation::Column::Id.eq(had.id))
                    .filter(organisation::Column::OnTrial.eq(true))
                    .filter(organisation::Column::TrialEndsAt.eq(had.trial_ends_at))
                    .filter(
                        Condition::any()
                            .add(organisation::Column::TrialTold.is_null())
                            .add(organisation::Column::TrialTold.gt(i16::from(days))),
                    );
                if days == 0 {
                    noted = noted
                        .col_expr(organisation::Column::Plan, Expr::value(Plan::AFTER_TRIAL.as_str()))
                        .col_expr(organisation::Column::OnTrial, Expr::value(false));
                }
                if noted.exec(on).await.or_internal()?.rows_affected == 0 {
                    return Ok(false);
                }
                if days == 0 {
                    let entry = Entry {
                        organisation: Some(had.id()),
                        person: None,
                        action: "billing.end_trial",
                        before: json!({ "plan": had.plan, "on_trial": true }),
                        after: json!({ "plan": Plan::AFTER_TRIAL.as_str(), "on_trial": false }),
                    };
                    audit::record(&inner, on, entry).await?;
                }
                let news = match days {
                    0 => PlanNews::TrialEnded,
                    _ => PlanNews::TrialEnds { at: zones::told(&had.time_zone, had.trial_ends_at) },
                };
                tell_owners(&inner, on, &had, news).await?;
                Ok(true)
            })
        })
        .await
}

async fn tell_owners(
    context: &Context,
    on: &impl ConnectionTrait,
    row: &organisation::Model,
    news: PlanNews,
) -> Result<(), AppError> {
    let (organisation, link) = (row.name.clone(), context.link("/settings/billing"));
    tell_all(context, on, row, Role::Owner, MailKind::Plan { news, organisation, link }).await
}
