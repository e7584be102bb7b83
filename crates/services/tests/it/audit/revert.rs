//! A change is taken back by its room's own rules, and only while nobody changed the same fields since.

use domain::{
    Actor, AppError, Code, Recent,
    audit::{RevertForm, TrailForm},
    general::GeneralForm,
    hours::{HoursForm, OverrideForm},
    security::PolicyForm,
};
use entity::audit::Model;
use services::{audit, general, hours, security};

use super::{only, rename, trail};
use crate::{on_both_databases, world::World};

const AYSE: &str = "ayse@yildiz.example";

/// The newest row of a room.
async fn newest(world: &World, actor: Actor, room: &str) -> Model {
    trail(world, actor, &only(room)).await.lines.remove(0).row
}

fn recent(world: &World, actor: Actor) -> Result<Recent<domain::Admin>, AppError> {
    Recent::check(actor.admin().unwrap(), world.context.now())
}

async fn revert(world: &World, actor: Actor, row: &Model) -> Result<(), AppError> {
    let (admin, form) = (actor.admin().unwrap(), RevertForm { entry: row.id.to_string() });
    audit::revert(&world.context, admin, || recent(world, actor), form).await
}

async fn may_revert(world: &World, actor: Actor, row: &Model) -> bool {
    audit::load_settings(&world.context, actor.admin().unwrap()).await.unwrap().may_revert(row)
}

async fn profile(world: &World, actor: Actor) -> GeneralForm {
    general::load_profile(&world.context, actor.member()).await.unwrap().form
}

on_both_databases! {
    async fn fields_get_their_earlier_values_and_others_stay(world: World) {
        let ayse = world.owner(AYSE).await;
        let before = profile(&world, ayse).await;
        let form = GeneralForm {
            name: "Ay".into(),
            phone: "0212 555 10 20".into(),
            ..before.clone()
        };
        general::save_profile(&world.context, ayse.admin().unwrap(), form).await.unwrap();
        let change = newest(&world, ayse, "general").await;
        let website = GeneralForm { website: "ay.example".into(), ..profile(&world, ayse).await };
        general::save_profile(&world.context, ayse.admin().unwrap(), website).await.unwrap();

        assert!(may_revert(&world, ayse, &change).await);
        revert(&world, ayse, &change).await.unwrap();
        let after = profile(&world, ayse).await;
        assert_eq!((after.name, after.phone), (before.name, before.phone));
        assert_eq!(after.website, "https://ay.example");
        let told = newest(&world, ayse, "general").await;
        assert_eq!((&told.before, &told.after), (&change.after, &change.before));
        // A second press finds nothing that is as the entry left it; the revert can be reverted.
        assert_eq!(revert(&world, ayse, &change).await, Err(Code::Conflict.into()));
        revert(&world, ayse, &told).await.unwrap();
        assert_eq!(profile(&world, ayse).await.name, "Ay");
        assert_eq!(audit::verify(&world.context.database).await.unwrap().faults, []);
    }

    async fn what_was_changed_since_is_not_lost(world: World) {
        let ayse = world.owner(AYSE).await;
        rename(&world, ayse, "Ay").await;
        let change = newest(&world, ayse, "general").await;
        rename(&world, ayse, "Güneş").await;
        assert!(!may_revert(&world, ayse, &change).await);
        assert_eq!(revert(&world, ayse, &change).await, Err(Code::Conflict.into()));
        assert_eq!(profile(&world, ayse).await.name, "Güneş");
    }

    async fn what_is_no_setting_cannot_be_taken_back(world: World) {
        let ayse = world.owner(AYSE).await;
        for line in trail(&world, ayse, &TrailForm::default()).await.lines {
            assert!(!may_revert(&world, ayse, &line.row).await, "{:?}", line.row);
            assert_eq!(revert(&world, ayse, &line.row).await, Err(Code::Conflict.into()));
        }
        // The first schedule has nothing before it.
        let saved = hours::load_hours(&world.context, ayse.member()).await.unwrap();
        let form = HoursForm::from_schedule(&saved.schedule, 0);
        hours::save_hours(&world.context, ayse.admin().unwrap(), form).await.unwrap();
        let first = newest(&world, ayse, "hours").await;
        assert_eq!(revert(&world, ayse, &first).await, Err(Code::Conflict.into()));
    }

    async fn hours_go_back_as_a_whole(world: World) {
        let (ayse, admin) = { let ayse = world.owner(AYSE).await; (ayse, ayse.admin().unwrap()) };
        let saved = hours::load_hours(&world.context, ayse.member()).await.unwrap();
        hours::save_hours(&world.context, admin, HoursForm::from_schedule(&saved.schedule, 0)).await.unwrap();
        let mut form = HoursForm::from_schedule(&saved.schedule, 1);
        form.days[0].open = false;
        hours::save_hours(&world.context, admin, form).await.unwrap();
        let change = newest(&world, ayse, "hours").await;
        revert(&world, ayse, &change).await.unwrap();
        let now = hours::load_hours(&world.context, ayse.member()).await.unwrap();
        assert_eq!((now.schedule, now.version), (saved.schedule, 3));
    }

    async fn a_special_day_that_is_over_is_taken_back_too(world: World) {
        let (ayse, admin) = { let ayse = world.owner(AYSE).await; (ayse, ayse.admin().unwrap()) };
        let saved = hours::load_hours(&world.context, ayse.member()).await.unwrap();
        hours::save_hours(&world.context, admin, HoursForm::from_schedule(&saved.schedule, 0)).await.unwrap();
        let mut form = HoursForm::from_schedule(&saved.schedule, 1);
        form.overrides.push(OverrideForm { first: "2026-01-02".into(), ..OverrideForm::default() });
        hours::save_hours(&world.context, admin, form).await.unwrap();
        revert(&world, ayse, &newest(&world, ayse, "hours").await).await.unwrap();
        let now = hours::load_hours(&world.context, ayse.member()).await.unwrap();
        assert_eq!((now.schedule, now.version), (saved.schedule, 3));
    }

    async fn security_rules_ask_for_the_password(world: World) {
        let ayse = world.owner(AYSE).await;
        let version = security::load_security(&world.context, ayse.admin().unwrap()).await.unwrap().version;
        let form = PolicyForm { two_factor_required: false, idle_limit: "15".into(), version };
        security::save_policy(&world.context, recent(&world, ayse).unwrap(), form).await.unwrap();
        let change = newest(&world, ayse, "security").await;
        let form = RevertForm { entry: change.id.to_string() };
        let refused = audit::revert(
            &world.context,
            ayse.admin().unwrap(),
            || Err(Code::PasswordNeeded.into()),
            form,
        );
        assert_eq!(refused.await, Err(Code::PasswordNeeded.into()));
        revert(&world, ayse, &change).await.unwrap();
        let policy = security::load_security(&world.context, ayse.admin().unwrap()).await.unwrap().policy;
        assert_eq!(policy.idle_limit.minutes(), None);
    }

    async fn entries_of_others_do_not_exist(world: World) {
        let (ayse, mert) = (world.owner(AYSE).await, world.owner("mert@ay.example").await);
        rename(&world, ayse, "Ay").await;
        let change = newest(&world, ayse, "general").await;
        assert_eq!(revert(&world, mert, &change).await, Err(Code::NotFound.into()));
        assert_eq!(profile(&world, ayse).await.name, "Ay");
    }
}
