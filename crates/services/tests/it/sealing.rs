//! Keys and the database they belong to: a missing or wrong one is refused, a rotation can be killed.

use domain::{
    Recent,
    account::{CodeForm, TypedCode},
    keys::KeyForm,
};
use entity::authenticator;
use sea_orm::EntityTrait;
use services::{
    Context, entrance, keys,
    sealing::{self, KeyRing, KeySource},
    session::Browser,
};
use std::path::Path;

use crate::{on_both_databases, world::World};

fn ring(path: &Path) -> KeyRing {
    KeyRing::open(KeySource::File(path.to_owned())).unwrap()
}

async fn ready(context: &Context) -> Result<(), String> {
    context.keys.ready(&context.database, &context.clock).await.map_err(|error| error.to_string())
}

/// A world whose ring is a file that was made on the first start.
async fn with_file(mut world: World) -> (World, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    world.context.keys = ring(&folder.path().join("keys"));
    ready(&world.context).await.unwrap();
    (world, folder)
}

on_both_databases! {
    async fn the_first_start_makes_a_key_that_only_its_owner_can_read(world: World) {
        let (world, folder) = with_file(world).await;
        let path = folder.path().join("keys");
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        ready(&world.context).await.unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "the next start changes nothing");
    }

    async fn of_two_nodes_that_start_together_one_makes_the_key(world: World) {
        let mut world = world;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        let mut other = world.context.clone();
        // Both looked before either had made it.
        (world.context.keys, other.keys) = (ring(&path), ring(&path));
        let (one, two) = tokio::join!(ready(&world.context), ready(&other));
        assert_eq!((one, two), (Ok(()), Ok(())));
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 1);
    }

    async fn a_missing_key_is_refused_and_no_other_is_made(world: World) {
        let (mut world, folder) = with_file(world).await;
        std::fs::remove_file(folder.path().join("keys")).unwrap();
        world.context.keys = ring(&folder.path().join("keys"));
        let refused = ready(&world.context).await.unwrap_err();
        assert!(refused.contains("does not have") && refused.contains("backup"), "{refused}");
        assert!(!folder.path().join("keys").exists());
    }

    async fn a_wrong_key_of_the_same_name_is_refused(world: World) {
        let (mut world, folder) = with_file(world).await;
        let path = folder.path().join("keys");
        let name = std::fs::read_to_string(&path).unwrap().split(' ').next().unwrap().to_owned();
        std::fs::write(&path, format!("{name} {}\n", services::token::random_text::<32>())).unwrap();
        world.context.keys = ring(&path);
        let refused = ready(&world.context).await.unwrap_err();
        assert!(refused.contains("is not the one"), "{refused}");
        assert!(world.context.keys.examine(world.context.database.read()).await.is_err());
    }

    async fn a_key_that_was_just_made_is_still_shown_after_a_rotation(world: World) {
        let (world, _folder) = with_file(world).await;
        let ayse = world.owner("ayse@yildiz.example").await;
        let form = KeyForm {
            name: "Santral".into(),
            kind: "personal".into(),
            scopes: vec!["calls:read".into()],
            lifetime: "90".into(),
        };
        let member = Recent::check(ayse.member(), world.context.now()).unwrap();
        let made = keys::create_key(&world.context, member, form).await.unwrap();
        let done = sealing::rotate(&world.context).await.unwrap();
        assert_eq!(done.resealed, 1);
        let fresh = keys::load_fresh(&world.context, ayse.member()).await.unwrap().unwrap();
        assert_eq!(fresh.token.reveal(), made.token.reveal());
        let uses = sealing::list(&world.context).await.unwrap();
        assert_eq!(uses.iter().map(|used| used.secrets).collect::<Vec<_>>(), [1, 0]);
    }

    async fn a_rotation_seals_everything_anew_and_codes_go_on_working(world: World) {
        let (world, folder) = with_file(world).await;
        let ayse = world.owner("ayse@yildiz.example").await;
        let app = world.set_up_app(ayse.account()).await;
        // What waits to be sent is a secret too.
        world.context.deliver().await.unwrap();
        // A node that was started before the rotation and has not heard of it.
        let mut node = world.another_node().await;
        node.keys = ring(&folder.path().join("keys"));
        let done = sealing::rotate(&world.context).await.unwrap();
        assert!(done.is_new && done.resealed == 2, "{done:?}");
        let row = authenticator::Entity::find().one(world.context.database.read()).await.unwrap().unwrap();
        assert!(row.secret.starts_with(&format!("v1.{}.", done.key)));
        let uses = sealing::list(&world.context).await.unwrap();
        assert_eq!(uses.iter().map(|used| used.secrets).collect::<Vec<_>>(), [2, 0]);

        let form = domain::entrance::LoginForm {
            email: "ayse@yildiz.example".into(),
            password: domain::entrance::Password(crate::world::PASSWORD.into()),
            next: String::new(),
        };
        let entered = entrance::sign_in(&node, form, None, Browser::default()).await.unwrap();
        let entrance::Entered::CodeOwed(challenge) = entered else { panic!("no code is owed") };
        let form = CodeForm { code: TypedCode(app.code(world.context.now())) };
        assert!(entrance::sign_in_with_code(&node, &challenge, form, Browser::default()).await.is_ok());
    }

    async fn a_key_that_protects_nothing_is_retired_and_not_missed(world: World) {
        let (mut world, folder) = with_file(world).await;
        let ayse = world.owner("ayse@yildiz.example").await;
        world.set_up_app(ayse.account()).await;
        assert_eq!(sealing::retire(&world.context).await.unwrap(), Vec::<String>::new(), "the one that seals stays");
        sealing::rotate(&world.context).await.unwrap();
        assert_eq!(sealing::retire(&world.context).await.unwrap().len(), 1);
        let path = folder.path().join("keys");
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 1);
        world.context.keys = ring(&path);
        ready(&world.context).await.unwrap();
        assert_eq!(sealing::list(&world.context).await.unwrap().len(), 1);
    }

    async fn a_retiring_that_was_killed_leaves_a_server_that_starts(world: World) {
        let (mut world, folder) = with_file(world).await;
        sealing::rotate(&world.context).await.unwrap();
        let path = folder.path().join("keys");
        // Killed between its two writes: the file can't be written.
        std::fs::create_dir(folder.path().join("keys.part")).unwrap();
        assert!(sealing::retire(&world.context).await.is_err());
        // As if the file had been written by then, and as it is.
        let both = std::fs::read_to_string(&path).unwrap();
        let newest = both.lines().next().unwrap().to_owned();
        for text in [newest, both] {
            std::fs::write(&path, text).unwrap();
            world.context.keys = ring(&path);
            ready(&world.context).await.unwrap();
        }
        std::fs::remove_dir(folder.path().join("keys.part")).unwrap();
        assert_eq!(sealing::retire(&world.context).await.unwrap().len(), 1);
    }

    async fn a_node_seals_with_the_key_that_is_first_in_the_file_now(world: World) {
        let (world, folder) = with_file(world).await;
        let mut node = world.another_node().await;
        node.keys = ring(&folder.path().join("keys"));
        let done = sealing::rotate(&world.context).await.unwrap();
        let place = sealing::Place::KeyProof("x".into());
        assert!(node.keys.seal(&place, b"x").unwrap().starts_with(&format!("v1.{}.", done.key)));
    }

    async fn a_rotation_that_was_killed_is_finished_before_another_begins(world: World) {
        let (mut world, folder) = with_file(world).await;
        let ayse = world.owner("ayse@yildiz.example").await;
        world.set_up_app(ayse.account()).await;
        // What waits to be sent is a secret too.
        world.context.deliver().await.unwrap();
        // Killed after the new key was written and before anything was sealed with it.
        let path = folder.path().join("keys");
        let old = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, format!("newer {}\n{old}", services::token::random_text::<32>())).unwrap();
        world.context.keys = ring(&path);
        ready(&world.context).await.unwrap();
        let done = sealing::rotate(&world.context).await.unwrap();
        assert_eq!((done.key.as_str(), done.is_new, done.resealed), ("newer", false, 2));
        let next = sealing::rotate(&world.context).await.unwrap();
        assert!(next.is_new && next.key != "newer");
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 3);
    }

    async fn a_ring_in_the_configuration_is_used_and_never_written(world: World) {
        let mut world = world;
        let line = format!("k1 {}", services::token::random_text::<32>());
        world.context.keys = KeyRing::open(KeySource::Text(line.into())).unwrap();
        ready(&world.context).await.unwrap();
        let refused = sealing::rotate(&world.context).await.unwrap_err().to_string();
        assert!(refused.contains("Put a line like this first"), "{refused}");
    }
}
