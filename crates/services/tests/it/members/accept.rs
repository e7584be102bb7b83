//! Accepting: bound to its address, once, in time; with an account or by making one.

use domain::{Code, Role};
use services::{
    members::{self, Accepted, Asked, INVITATION_LIFETIME},
    session,
};

use super::*;
use crate::on_both_databases;

on_both_databases! {
    async fn somebody_new_joins_with_a_name_and_a_password_and_nothing_of_their_own(world: World) {
        let ayse = world.owner(AYSE).await;
        let token = invited(&world, ayse, MERT, Role::Admin).await;
        let page = members::load_invitation(&world.context, &token, None).await.unwrap();
        assert_eq!((page.asked, page.role, page.email.as_str()), (Asked::Join, Role::Admin, MERT));
        let weak = JoinForm { password: Password("mert yildiz".into()), ..new_person(&token) };
        let refused = members::join(&world.context, weak).await.unwrap_err();
        assert_eq!(refused.of("password"), Some(Code::PasswordGuessable));
        assert_eq!(members::join(&world.context, new_person(&token)).await.as_deref(), Ok(MERT));
        // The address is proved by the link, so signing in works at once; and leads to the one organisation.
        let mert = world.sign_in(MERT).await;
        assert_eq!((mert.organisation, mert.role), (ayse.organisation, Role::Admin));
        let organisations = session::list_organisations(&world.context, mert.account()).await.unwrap();
        assert_eq!(organisations.len(), 1);
        assert_eq!(trail(&world, ayse).await, ["members.invite", "members.join"]);
        let again = members::join(&world.context, new_person(&token)).await;
        assert_eq!(again, Err(Code::LinkExpired.into()), "the link is used up");
    }

    async fn an_account_accepts_signed_in_and_stands_in_the_organisation(world: World) {
        let ayse = world.owner(AYSE).await;
        world.owner(MERT).await;
        let token = invited(&world, ayse, MERT, Role::Member).await;
        let asked = members::load_invitation(&world.context, &token, None).await.unwrap().asked;
        assert_eq!(asked, Asked::SignIn);
        let accept = async |account| members::accept_invitation(&world.context, account, with(&token)).await;
        assert_eq!(accept(None).await, Err(Code::SignInFirst.into()));
        assert_eq!(members::join(&world.context, new_person(&token)).await, Err(Code::SignInFirst.into()));
        let session = world.session(MERT).await;
        let account = world.account(&session).await;
        let page = members::load_invitation(&world.context, &token, Some(account)).await.unwrap();
        assert_eq!((page.asked, page.email.as_str()), (Asked::Accept, MERT));
        assert_eq!(accept(Some(account)).await, Ok(Accepted::In));
        let account = world.account(&session).await;
        assert_eq!((account.organisation, account.role), (Some(ayse.organisation), Role::Member));
        assert_eq!(accept(Some(account)).await, Err(Code::LinkExpired.into()), "the link is used up");
        assert_eq!(trail(&world, ayse).await, ["members.accept_invitation", "members.invite"]);
    }

    async fn a_link_in_somebody_elses_hands_does_nothing_and_stays(world: World) {
        let ayse = world.owner(AYSE).await;
        let seda = world.owner(SEDA).await;
        let token = invited(&world, ayse, MERT, Role::Owner).await;
        let page = members::load_invitation(&world.context, &token, Some(seda.account())).await.unwrap();
        assert_eq!((page.asked, page.email.as_str()), (Asked::OtherAccount, "m•••@yildiz.example"));
        let refused = members::accept_invitation(&world.context, Some(seda.account()), with(&token)).await;
        assert_eq!(refused, Err(Code::WrongAccount.into()));
        assert_eq!(role_in(&world, ayse, seda).await, None);
        assert!(members::join(&world.context, new_person(&token)).await.is_ok(), "it was not used up");
    }

    async fn an_invitation_is_over_after_seven_days(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.owner(MERT).await;
        let (to_mert, to_nobody) =
            (invited(&world, ayse, MERT, Role::Member).await, invited(&world, ayse, NOBODY, Role::Member).await);
        world.context.clock.advance(INVITATION_LIFETIME);
        let load = members::load_invitation(&world.context, &to_mert, Some(mert.account())).await;
        let accepted = members::accept_invitation(&world.context, Some(mert.account()), with(&to_mert)).await;
        let joined = members::join(&world.context, new_person(&to_nobody)).await;
        assert_eq!(load.err(), Some(Code::LinkExpired.into()));
        assert_eq!((accepted.err(), joined.err()), (Some(Code::LinkExpired.into()), Some(Code::LinkExpired.into())));
        assert_eq!(roles(&world, ayse).await, [Role::Owner]);
    }

    async fn an_account_that_was_never_proved_is_replaced(world: World) {
        let ayse = world.owner(AYSE).await;
        // A stranger has signed up with Mert's address and a password of theirs.
        world.sign_up(MERT).await;
        let token = invited(&world, ayse, MERT, Role::Member).await;
        let page = members::load_invitation(&world.context, &token, None).await.unwrap();
        assert_eq!(page.asked, Asked::Join);
        let own = Password("turuncu bisiklet 83 yokuş".into());
        let form = JoinForm { password: own.clone(), ..new_person(&token) };
        members::join(&world.context, form).await.unwrap();
        assert_eq!(sign_in(&world, MERT).await.err(), Some(Code::WrongCredentials));
        let form = LoginForm { email: MERT.into(), password: own, next: String::new() };
        let entered = entrance::sign_in(&world.context, form, None, Browser::default()).await.unwrap();
        let Entered::In(signed_in) = entered else { panic!("no code is owed") };
        let account = world.account(&signed_in.session).await;
        assert_eq!(session::list_organisations(&world.context, account).await.unwrap().len(), 1);
    }

    async fn whoever_belongs_nowhere_is_told_so_and_gets_back_in_by_an_invitation(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Member).await;
        keep_only(&world, ayse, mert).await;
        members::remove_member(&world.context, admin(&world, ayse), member(mert)).await.unwrap();
        for _ in 0..12 {
            // The right password is no guess.
            assert_eq!(sign_in(&world, MERT).await.err(), Some(Code::NoOrganisation));
        }
        let token = invited(&world, ayse, MERT, Role::Admin).await;
        let page = members::load_invitation(&world.context, &token, None).await.unwrap();
        assert_eq!(page.asked, Asked::Accept, "they can't be asked to sign in first");
        let accepted = members::accept_invitation(&world.context, None, with(&token)).await;
        assert_eq!(accepted, Ok(Accepted::SignIn { email: MERT.into() }));
        let mert = world.sign_in(MERT).await;
        assert_eq!((mert.organisation, mert.role), (ayse.organisation, Role::Admin));
    }

    async fn whoever_is_shown_out_leaves_no_invitation_behind(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Admin).await;
        let back_door = invited(&world, mert, NOBODY, Role::Admin).await;
        let kept = invited(&world, ayse, SEDA, Role::Member).await;
        members::remove_member(&world.context, admin(&world, ayse), member(mert)).await.unwrap();
        let joined = members::join(&world.context, new_person(&back_door)).await;
        assert_eq!(joined, Err(Code::LinkExpired.into()));
        assert!(members::load_invitation(&world.context, &kept, None).await.is_ok());
    }

    async fn a_lowered_role_keeps_the_invitations_it_could_send(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Owner).await;
        let (for_owner, for_admin) =
            (invited(&world, mert, NOBODY, Role::Owner).await, invited(&world, mert, SEDA, Role::Admin).await);
        members::change_role(&world.context, admin(&world, ayse), role_of(mert, Role::Admin)).await.unwrap();
        let load = async |token: &str| members::load_invitation(&world.context, token, None).await;
        assert_eq!(load(&for_owner).await, Err(Code::LinkExpired.into()));
        assert!(load(&for_admin).await.is_ok());
    }

    async fn made_up_links_do_nothing(world: World) {
        for token in ["", "x", "abcdefghijklmnopqrstuvwxyz"] {
            let load = members::load_invitation(&world.context, token, None).await;
            assert_eq!(load.err(), Some(Code::LinkExpired.into()), "{token:?}");
            let joined = members::join(&world.context, new_person(token)).await;
            assert_eq!(joined.err(), Some(Code::LinkExpired.into()), "{token:?}");
        }
    }
}
