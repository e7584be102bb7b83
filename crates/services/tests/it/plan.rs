//! The plan: tried out, chosen, and what happens when nobody chooses.

use chrono::TimeDelta;
use domain::{
    Actor, AppError, Code, Owner, Recent, Role,
    members::InviteForm,
    plan::{AgreeForm, Plan, PlanForm, TRIAL},
};
use entity::{audit, organisation};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use services::{members, plan};

use crate::{
    on_both_databases,
    support::{at_the_desk, staff},
    world::World,
};

const AYSE: &str = "ayse@yildiz.example";
const MERT: &str = "mert@yildiz.example";
const DENIZ: &str = "deniz@ayar.example";

fn owner(world: &World, actor: Actor) -> Recent<Owner> {
    Recent::check(actor.owner().unwrap(), world.context.now()).unwrap()
}

async fn choose(world: &World, actor: Actor, plan: &str) -> Result<Plan, AppError> {
    plan::change_plan(&world.context, owner(world, actor), PlanForm { plan: plan.into() }).await
}

async fn has(world: &World, actor: Actor) -> plan::Has {
    plan::load_plan(&world.context, actor.admin().unwrap()).await.unwrap()
}

async fn rows_of(world: &World, action: &str) -> Vec<audit::Model> {
    let rows = audit::Entity::find().filter(audit::Column::Action.eq(action)).order_by_asc(audit::Column::Id);
    rows.all(world.context.database.read()).await.unwrap()
}

/// The news of the trial that reached an address.
async fn news(world: &World, email: &str) -> Vec<&'static str> {
    let mut kinds = world.kinds_mailed_to(email).await;
    kinds.retain(|kind| kind.starts_with("trial_"));
    kinds
}

on_both_databases! {
    async fn a_trial_that_nobody_ended_is_over_at_its_instant(world: World) {
        let ayse = world.owner(AYSE).await;
        let begun = has(&world, ayse).await;
        assert_eq!((begun.subscription.plan, begun.slots), (Plan::Team, 10));
        let end = begun.subscription.trial_ends_at.unwrap();
        assert_eq!(end - world.context.now(), TRIAL);
        world.context.clock.advance(TRIAL);
        let ayse = world.sign_in(AYSE).await;
        let over = has(&world, ayse).await;
        assert_eq!((over.subscription.plan, over.subscription.trial_ends_at, over.slots), (Plan::Discovery, None, 2));
        let emails = (1..=5).map(|number| format!("n{number}@yildiz.example")).collect::<Vec<_>>().join(" ");
        let form = InviteForm { emails, role: "member".into() };
        let refused = members::invite(&world.context, ayse.admin().unwrap(), form).await.err().unwrap();
        assert_eq!(refused.fields[0].code, Code::SeatsFull, "whether or not anybody has swept");
    }

    async fn owners_hear_of_the_end_three_times_whichever_node_looks(world: World) {
        let ayse = world.owner(AYSE).await;
        world.colleague(ayse, MERT, Role::Admin).await;
        let node = world.another_node().await;
        let mut told = Vec::new();
        for passed in [10, 1, 1, 1, 1, 30] {
            world.context.clock.advance(TimeDelta::days(passed));
            let (here, there) = tokio::join!(plan::sweep_trials(&world.context), plan::sweep_trials(&node));
            told.push(here.unwrap() + there.unwrap());
        }
        assert_eq!(told, [0, 2, 0, 2, 2, 0], "Mert's own company is on trial as well");
        let mut news = Vec::new();
        for context in [&world.context, &node] {
            context.deliver().await.unwrap();
            news.extend(context.outbox.mailer().sent().into_iter().map(|sent| sent.mail));
        }
        news.retain(|mail| mail.organisation == Some(ayse.organisation) && mail.kind.name().starts_with("trial_"));
        news.sort_by_key(|mail| mail.id);
        let news: Vec<_> = news.iter().map(|mail| (mail.to.as_str(), mail.kind.name())).collect();
        assert_eq!(news, [(AYSE, "trial_ends"), (AYSE, "trial_ends"), (AYSE, "trial_ended")]);
        let row = organisation::Entity::by_id(ayse.organisation).one(world.context.database.read()).await;
        let row = row.unwrap().unwrap();
        assert_eq!((row.plan.as_str(), row.on_trial, row.trial_told), ("discovery", false, Some(0)));
        let ended = rows_of(&world, "billing.end_trial").await;
        assert_eq!(ended.iter().filter(|row| row.organisation_id == Some(ayse.organisation.0)).count(), 1);
        assert!(ended.iter().all(|row| row.person_id.is_none()));
    }

    async fn whoever_was_away_hears_the_last_news_only(world: World) {
        world.owner(AYSE).await;
        world.context.clock.advance(TRIAL + TimeDelta::days(2));
        assert_eq!(plan::sweep_trials(&world.context).await.unwrap(), 1);
        assert_eq!(news(&world, AYSE).await, ["trial_ended"]);
        assert_eq!(plan::sweep_trials(&world.context).await.unwrap(), 0);
    }

    async fn an_owners_choice_holds_at_once_and_ends_the_trial(world: World) {
        let ayse = world.owner(AYSE).await;
        assert_eq!(choose(&world, ayse, "team").await, Ok(Plan::Team), "what was on trial is taken");
        let taken = has(&world, ayse).await;
        assert_eq!((taken.subscription.plan, taken.subscription.trial_ends_at), (Plan::Team, None));
        choose(&world, ayse, "team").await.unwrap();
        choose(&world, ayse, "discovery").await.unwrap();
        assert_eq!(has(&world, ayse).await.slots, 2);
        let told = rows_of(&world, "billing.change_plan").await;
        let changes: Vec<_> = told.iter().map(|row| (row.before.as_str(), row.after.as_str())).collect();
        let first = (r#"{"on_trial":true}"#, r#"{"on_trial":false}"#);
        assert_eq!(changes, [first, (r#"{"plan":"team"}"#, r#"{"plan":"discovery"}"#)], "nothing changed in between");
        world.context.clock.advance(TRIAL);
        assert_eq!((plan::sweep_trials(&world.context).await.unwrap(), news(&world, AYSE).await), (0, vec![]));
    }

    async fn only_what_is_open_is_chosen_and_only_by_who_is_an_owner_now(world: World) {
        let ayse = world.owner(AYSE).await;
        for (word, code) in [("", Code::Required), ("enterprise", Code::ChoiceUnknown), ("gold", Code::ChoiceUnknown)] {
            assert_eq!(choose(&world, ayse, word).await.err().unwrap().fields[0].code, code, "{word}");
        }
        let mert = world.colleague(ayse, MERT, Role::Owner).await;
        let form = domain::members::RoleForm { person: mert.person.0.to_string(), role: "admin".into() };
        let recent = Recent::check(ayse.admin().unwrap(), world.context.now()).unwrap();
        members::change_role(&world.context, recent, form).await.unwrap();
        assert_eq!(choose(&world, mert, "scale").await, Err(Code::Forbidden.into()), "decided by the row, not by the session");
        assert_eq!(has(&world, ayse).await.subscription.plan, Plan::Team);
    }

    async fn calls_agreed_with_staff_are_of_enterprise_alone(world: World) {
        let ayse = world.owner(AYSE).await;
        world.set_plan(ayse.organisation, Plan::Enterprise).await;
        assert_eq!(has(&world, ayse).await.slots, 10, "the least, until more is agreed");
        let deniz = at_the_desk(&world, &staff(&world, DENIZ).await).await;
        let agree = async |organisation: String, slots: &str| {
            let form = AgreeForm { organisation, slots: slots.into() };
            plan::agree_slots(&world.context, deniz, form).await
        };
        let id = ayse.organisation.to_string();
        for _ in 0..2 {
            assert!(agree(id.clone(), "40").await.unwrap().starts_with("Yıldız"));
        }
        assert_eq!((has(&world, ayse).await.slots, has(&world, ayse).await.subscription.trial_ends_at), (40, None));
        assert_eq!(rows_of(&world, "billing.agree_slots").await.len(), 1, "what holds already leaves no trace");
        let mails = world.kinds_mailed_to(AYSE).await;
        assert_eq!(mails.iter().filter(|kind| **kind == "plan_agreed").count(), 1);
        assert_eq!(agree(id, "9").await.err().unwrap().fields[0].code, Code::SlotsUnfit);
        assert_eq!(agree(world.context.id().to_string(), "40").await, Err(Code::NotFound.into()));
        choose(&world, ayse, "scale").await.unwrap();
        assert_eq!(has(&world, ayse).await.slots, 10);
    }
}
