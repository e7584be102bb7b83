//! Members who hide from support: wherever it looks inside, it does not learn who they are.

use domain::{Code, Role, audit::TrailForm, billing::TaxIdentityForm, support::HideForm};
use services::{audit, billing, hours, members, security};

use super::*;
use crate::on_both_databases;

async fn hide(world: &World, actor: Actor, hidden: bool) {
    support::hide_me(&world.context, actor.account(), HideForm { hidden }).await.unwrap();
}

/// All that somebody reads inside, in one text.
async fn all_that(world: &World, reader: Actor) -> String {
    let (context, admin) = (&world.context, reader.admin().unwrap());
    let trail = audit::load_trail(context, admin, &TrailForm::default()).await.unwrap();
    let last = audit::last_changes(context, reader.member(), "general").await.unwrap();
    format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        members::load_members(context, admin).await.unwrap(),
        security::load_security(context, admin).await.unwrap(),
        (trail.lines, trail.people),
        last,
        general::load_profile(context, reader.member()).await.unwrap().changed_by,
        hours::load_hours(context, reader.member()).await.unwrap().changed_by,
        support::load_record(context, admin).await.unwrap(),
    )
}

on_both_databases! {
    async fn whoever_hides_is_nowhere_that_support_looks(world: World) {
        // She let support in, saved the company's page and signed up: her name and address are everywhere.
        let (ayse, token, _) = inside(&world, Mode::Read).await;
        let as_support = visit(&world, &token).await.account.actor().unwrap();
        let seen = all_that(&world, as_support).await;
        assert!(seen.contains("Ayşe Erdem") && seen.contains(AYSE), "{seen}");
        hide(&world, ayse, true).await;
        let seen = all_that(&world, as_support).await;
        // The company's own address was hers when she signed up; that is the company's.
        assert!(!seen.contains("Ayşe"), "{seen}");
        assert!(!seen.contains(AYSE), "{seen}");
        assert!(seen.contains("Gizli üye"), "{seen}");
        let line = &members::load_members(&world.context, as_support.admin().unwrap()).await.unwrap().people[0];
        assert_eq!((line.active_at, line.is_signed_in, line.email.as_str()), (None, false, ""));
        hide(&world, ayse, false).await;
        assert!(all_that(&world, as_support).await.contains("Ayşe Erdem"));
    }

    async fn her_own_people_go_on_seeing_her(world: World) {
        let (ayse, ..) = inside(&world, Mode::Read).await;
        hide(&world, ayse, true).await;
        let seen = all_that(&world, ayse).await;
        assert!(seen.contains("Ayşe Erdem") && seen.contains(AYSE) && !seen.contains("Gizli üye"), "{seen}");
        let told = trail(&world, ayse).await.pop().unwrap();
        assert_eq!((told.action.as_str(), told.person_id), ("support.hide_member", Some(ayse.person.0)));
        hide(&world, ayse, true).await;
        let again = trail(&world, ayse).await.pop().unwrap();
        assert_eq!(again.id, told.id, "nothing changed, nothing is told");
    }

    async fn nothing_that_is_done_to_people_is_offered_to_support(world: World) {
        let (_, token, _) = inside(&world, Mode::Write).await;
        let actor = visit(&world, &token).await.account.actor().unwrap();
        assert_eq!(actor.role, Role::Admin);
        for line in security::load_security(&world.context, actor.admin().unwrap()).await.unwrap().people {
            let offered = [line.may_be_reminded, line.may_be_signed_out, line.may_be_reset];
            assert_eq!(offered, [false; 3]);
        }
    }

    async fn staff_are_members_of_nothing_and_have_nothing_to_hide(world: World) {
        let token = staff(&world, DENIZ).await;
        let account = world.account(&token).await;
        let refused = support::hide_me(&world.context, account, HideForm { hidden: true }).await;
        assert_eq!(refused, Err(Code::NotFound.into()));
    }

    async fn tax_identity_is_closed_in_the_trail_too(world: World) {
        let (ayse, token, _) = inside(&world, Mode::Write).await;
        let form = TaxIdentityForm {
            taxpayer: "company".into(),
            legal_title: "Zümrüdüanka Çağrı A.Ş.".into(),
            tax_number: "1234567890".into(),
            office_province: "34".into(),
            tax_office: "Şişli Vergi Dairesi Müdürlüğü".into(),
            province: "34".into(),
            district: "Şişli".into(),
            address: "Moda Cad. 1".into(),
            ..TaxIdentityForm::default()
        };
        billing::save_identity(&world.context, ayse.admin().unwrap(), form).await.unwrap();
        let tells = async |reader: Actor| {
            let trail = audit::load_trail(&world.context, reader.admin().unwrap(), &TrailForm::default()).await;
            let lines = trail.unwrap().lines;
            assert!(lines.iter().any(|line| line.row.action == "billing.save_identity"));
            format!("{lines:?}").contains("Zümrüdüanka")
        };
        assert!(tells(ayse).await);
        assert!(!tells(visit(&world, &token).await.account.actor().unwrap()).await);
    }
}
