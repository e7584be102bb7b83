//! An independent client reads the document and asks for everything that it allows and much that it does not:
//! Schemathesis. No answer may be a failure of ours, and none may be one that the document does not know.

use std::{path::PathBuf, process::Command};

use domain::plan::Plan;
use entity::organisation;
use sea_orm::{ActiveValue::Set, EntityTrait};
use tokio::net::TcpListener;

use super::*;

/// More than what is asked in one run.
async fn give_slots(world: &World, actor: Actor) {
    let row = organisation::ActiveModel {
        id: Set(actor.organisation.0),
        plan: Set(Plan::Enterprise.as_str().to_owned()),
        on_trial: Set(false),
        slots_agreed: Set(Some(10_000)),
        ..Default::default()
    };
    let write = world.context.database.write(move |on| {
        Box::pin(async move {
            organisation::Entity::update(row).exec(on).await.unwrap();
            Ok(())
        })
    });
    write.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn schemathesis_finds_no_failure_and_no_answer_that_is_not_described() {
    let tools = std::env::var_os("AYAR_TOOLS").expect("AYAR_TOOLS: run this through make or scripts/env.sh");
    let program = PathBuf::from(tools).join("python/bin/st");
    let world = World::new().await;
    let (_, owner) = world.owner("owner@ornek.com", "Yıldız").await;
    give_slots(&world, owner).await;
    let key = make_key(&world, owner, "organisation", &every_scope()).await.token;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let site = server::router::Site { host: address.to_string().into(), ..world.site.clone() };
    let serving = tokio::spawn(axum::serve(listener, server::router::router(site)).into_future());
    let mut command = Command::new(&program);
    command
        .arg("--config-file")
        .arg(std::path::absolute("tests/it/api/schemathesis.toml").unwrap())
        .args(["run", &format!("http://{address}{}/openapi.json", v1::ROOT)])
        .args(["--header", &format!("Authorization: Bearer {}", key.reveal())])
        // As many as a key may ask for.
        .args(["--rate-limit", "95/s", "--max-examples", "25", "--seed", "1", "--no-color"])
        .args(["--continue-on-failure", "--request-timeout", "20"])
        .current_dir(std::env::temp_dir());
    let run = tokio::task::spawn_blocking(move || command.output()).await.unwrap();
    let run = run
        .unwrap_or_else(|error| panic!("{}: {error}; scripts/setup.sh test installs it", program.display()));
    serving.abort();
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{said}\n{}", String::from_utf8_lossy(&run.stderr));
}
