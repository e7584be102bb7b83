//! Who is staff, and that nobody is both staff and a member.

use domain::{
    AppError, Code, Role,
    account::DisableForm,
    entrance::VerifyForm,
    members::InviteForm,
    support::{FindForm, Mode},
};
use services::{members, support};

use super::*;
use crate::on_both_databases;

async fn find(world: &World, token: &PlainToken, q: &str) -> Result<Vec<String>, AppError> {
    let form = FindForm { q: q.into() };
    let found = support::find(&world.context, at_the_desk(world, token).await, &form).await?;
    Ok(found.unwrap_or_default().into_iter().map(|line| line.name).collect())
}

on_both_databases! {
    async fn staff_stand_nowhere_and_owe_a_second_factor_before_the_desk_opens(world: World) {
        let token = newcomer(&world, DENIZ).await;
        let account = world.account(&token).await;
        assert_eq!((account.organisation, account.is_staff, account.role), (None, true, Role::Member));
        assert_eq!(account.staff(), Err(Code::TwoFactorRequired.into()));
        assert_eq!(account.actor(), Err(Code::TwoFactorRequired.into()));
        let mehmet = staff(&world, "mehmet@ayar.example").await;
        let account = world.account(&mehmet).await;
        assert!(account.staff().is_ok());
        assert_eq!(account.actor(), Err(Code::SupportEnded.into()));
        let sessions = account::list_sessions(&world.context, account).await.unwrap();
        assert_eq!(sessions.len(), 1);
        let listed = support::staff::list(&world.context).await.unwrap();
        let factors: Vec<bool> = listed.iter().map(|line| line.has_second_factor).collect();
        assert_eq!(factors, [false, true]);
    }

    async fn nobody_is_staff_and_a_member(world: World) {
        let ayse = world.owner(AYSE).await;
        let added = support::staff::add(&world.context, "AYSE@yildiz.example", "Ayşe").await;
        assert_eq!(added, Err(Code::StaffNoMember.into()));
        assert!(support::staff::list(&world.context).await.unwrap().is_empty());
        let token = staff(&world, DENIZ).await;
        let form = InviteForm { emails: DENIZ.into(), role: "admin".into() };
        members::invite(&world.context, ayse.admin().unwrap(), form).await.unwrap();
        let link = || async { VerifyForm { token: world.token_mailed_to(DENIZ).await } };
        for account in [None, Some(world.account(&token).await)] {
            let refused = members::accept_invitation(&world.context, account, link().await).await;
            assert_eq!(refused, Err(Code::StaffNoMember.into()));
        }
        assert_eq!(world.account(&token).await.organisation, None);
    }

    async fn a_sign_up_that_nobody_proved_keeps_its_address(world: World) {
        world.sign_up(AYSE).await;
        let added = support::staff::add(&world.context, AYSE, "Ayşe").await;
        assert_eq!(added, Err(Code::StaffNoMember.into()));
        assert!(world.person(AYSE).await.verified_at.is_none(), "nothing was changed");
    }

    async fn whoever_is_staff_no_longer_is_out_at_the_next_request(world: World) {
        let (ayse, token, _) = inside(&world, Mode::Read).await;
        support::staff::remove(&world.context, DENIZ).await.unwrap();
        assert!(world.visit(&token).await.is_none());
        assert_eq!(count_mailed(&world, AYSE, "support_ended").await, 1);
        let record = support::load_record(&world.context, ayse.admin().unwrap()).await.unwrap();
        assert!(record.stays.iter().all(|stay| stay.ended.is_some()));
        assert_eq!(support::staff::remove(&world.context, DENIZ).await, Err(Code::NotFound.into()));
        assert_eq!(support::staff::remove(&world.context, AYSE).await, Err(Code::NotFound.into()));
    }

    async fn the_last_factor_of_staff_stays(world: World) {
        let token = staff(&world, DENIZ).await;
        let account = world.account(&token).await;
        let form = DisableForm { password: Password(PASSWORD.into()), code: TypedCode("000000".into()) };
        let refused = account::disable_app(&world.context, account, form, None).await.map(drop);
        assert_eq!(refused, Err(Code::TwoFactorKept.into()));
    }

    async fn names_are_found_from_any_keyboard_and_a_few_letters_list_nobody(world: World) {
        let ayse = world.owner(AYSE).await;
        let name = general::load_profile(&world.context, ayse.member()).await.unwrap().form.name;
        let token = staff(&world, DENIZ).await;
        for typed in ["YILDIZ", "yildiz", &name, &ayse.organisation.to_string()] {
            assert_eq!(find(&world, &token, typed).await, Ok(vec![name.clone()]), "{typed}");
        }
        for nobody in ["Güneş", "019ab000-0000-7000-8000-000000000000", "%%%a%%%b%c"] {
            assert_eq!(find(&world, &token, nobody).await, Ok(Vec::new()), "{nobody}");
        }
        assert_eq!(find(&world, &token, "yı").await, Err(AppError::field("q", Code::TooShort)));
    }
}
