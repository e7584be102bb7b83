//! A campaign that waits for somebody to press "resume", while the sandbox runs.

use domain::{
    Actor, AppError,
    campaigns::{CampaignForm, Step},
};

use crate::{
    Context,
    campaigns::{self, load_choices, plan_campaign},
    failure::internal,
};

pub(super) async fn plan(context: &Context, owner: Actor) -> Result<(), AppError> {
    let admin = owner.admin()?;
    let choices = load_choices(context, admin).await?;
    let agent = choices.agents.first().ok_or_else(|| internal("the demo has no agent"))?;
    let longest = choices.lists.iter().max_by_key(|list| list.customers);
    let list = longest.ok_or_else(|| internal("the demo has no list"))?;
    let form = CampaignForm {
        name: "Memnuniyet araması".to_owned(),
        agent: agent.id.to_string(),
        list: list.id.to_string(),
        attempts: "2".to_owned(),
        retry_minutes: "60".to_owned(),
        ..CampaignForm::default()
    };
    let planned = plan_campaign(context, admin, form).await?;
    campaigns::step(context, admin, planned.campaign.id(), Step::Pause).await?;
    Ok(())
}
