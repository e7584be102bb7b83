//! A person's own account.

use domain::{audit::TrailForm, deletion::DeleteAccountForm};
use entity::{membership, person, session};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use services::{audit, session::authenticate};

use super::*;

fn goodbye(password: &str, code: &str) -> DeleteAccountForm {
    DeleteAccountForm { password: Password(password.into()), code: TypedCode(code.into()) }
}

on_both_databases! {
    async fn nobody_leaves_an_organisation_without_an_owner(world: World) {
        let ayse = world.owner(AYSE).await;
        let name = row(&world, ayse).await.name;
        let (names, asks) = deletion::load_last_owner(&world.context, ayse.account()).await.unwrap();
        assert_eq!((names, asks), (vec![name], false));
        let refused = deletion::delete_account(&world.context, ayse.account(), goodbye(PASSWORD, ""), None).await;
        assert_eq!(refused, Err(Code::LastOwner.into()));
        world.colleague(ayse, MERT, Role::Owner).await;
        assert_eq!(deletion::load_last_owner(&world.context, ayse.account()).await.unwrap().0, [""; 0]);
        let wrong = deletion::delete_account(&world.context, ayse.account(), goodbye("yanlış 47 parola", ""), None).await;
        assert_eq!(wrong.unwrap_err().of("password"), Some(Code::PasswordWrong));
        deletion::delete_account(&world.context, ayse.account(), goodbye(PASSWORD, ""), None).await.unwrap();
    }

    async fn what_they_did_stays_without_their_name(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Owner).await;
        let app = world.set_up_app(ayse.account()).await;
        let missing = deletion::delete_account(&world.context, ayse.account(), goodbye(PASSWORD, ""), None).await;
        assert_eq!(missing.unwrap_err().of("code"), Some(Code::Required));
        let code = app.code(world.context.now());
        deletion::delete_account(&world.context, ayse.account(), goodbye(PASSWORD, &code), None).await.unwrap();

        let read = world.context.database.read();
        assert_eq!(person::Entity::find_by_id(ayse.person.0).one(read).await.unwrap(), None);
        let theirs = session::Entity::find().filter(session::Column::PersonId.eq(ayse.person.0));
        assert_eq!(theirs.all(read).await.unwrap(), []);
        let members = membership::Entity::in_organisation(ayse.organisation).all(read).await.unwrap();
        assert_eq!(members.iter().map(|row| row.person_id).collect::<Vec<_>>(), [mert.person.0]);
        assert!(world.kinds_mailed_to(AYSE).await.contains(&"account_deleted"));
        let page = audit::load_trail(&world.context, mert.admin().unwrap(), &TrailForm::default()).await.unwrap();
        let of = page.lines.iter().filter(|line| line.row.person_id == Some(ayse.person.0));
        let told: Vec<_> = of.map(|line| (line.row.action.as_str(), line.person.is_some())).collect();
        assert!(told.contains(&("members.leave", false)) && told.contains(&("entrance.sign_up", false)), "{told:?}");
        assert_eq!(audit::verify(&world.context.database).await.unwrap().faults, []);
        // The address is free.
        world.owner(AYSE).await;
        let gone = authenticate(&world.context, &PlainToken::received("x")).await.err().unwrap();
        assert_eq!(gone.code, Code::Unauthenticated);
    }
}
