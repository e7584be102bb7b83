//! The plan: tried out, chosen, and what happens when nobody chooses.

use chrono::TimeDelta;
use domain::{
    Actor, AppError, Code, Owner, Recent, Role,
    members::InviteForm,
    plan::{Plan, PlanForm, TRIAL},
};
use entity::{audit, organisation};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use services::{members, plan};

use crate::{on_both_databases, world::World};

const AYSE: &str = "ayse@yildiz.example";
const MERT: &str = "mert@yildiz.example";

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
        let look = async || {
            let (here, there) = tokio::join!(plan::sweep_trials(&world.context), plan::sweep_trials(&node));
            node.outbox.flush().await;
            let elsewhere = node.outbox.mailer().sent();
            assert!(elsewhere.iter().all(|sent| sent.mail.to != MERT));
            (here.unwrap() + there.unwrap(), elsewhere.iter().filter(|sent| sent.mail.to == AYSE).count())
        };
        let mut heard = Vec::new();
        // Mert's own company is on trial as well: two each time.
        for (passed, due) in [(10, 0), (1, 2), (1, 0), (1, 2), (1, 2), (30, 0)] {
            world.context.clock.advance(TimeDelta::days(passed));
            heard.push((look().await.0, due));
        }
        assert!(heard.iter().all(|(told, due)| told == due), "{heard:?}");
        let here = news(&world, AYSE).await.len();
        assert_eq!(here + look().await.1, 3);
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
        let id = ayse.organisation.0;
        let write = world.context.database.write(move |on| {
            Box::pin(async move {
                let row = organisation::ActiveModel { id: Set(id), slots_agreed: Set(Some(40)), ..Default::default() };
                organisation::Entity::update(row).exec(on).await.unwrap();
                Ok(())
            })
        });
        write.await.unwrap();
        assert_eq!(has(&world, ayse).await.slots, 40);
        choose(&world, ayse, "scale").await.unwrap();
        assert_eq!(has(&world, ayse).await.slots, 10);
    }
}
