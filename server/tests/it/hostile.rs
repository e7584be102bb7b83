//! What somebody sends who means no good. The routes are those of the router and of `permissions.rs`, so that a new one is
//! tried by itself.

mod csrf;
mod forged;
mod fuzz;
mod headers;
mod mails;
mod names;
mod pages;
mod pictures;
mod redirects;
mod shapes;
mod sizes;
mod upstream;
mod values;
mod wire;

use std::collections::BTreeMap;

use axum::http::StatusCode;
use domain::Code;
use sea_orm::EntityTrait;

use crate::{
    permissions::{Belongings, MATRIX, WITH_IDS, sample},
    world::{Answer, World},
};

/// A script that must never stand in a page as it is.
const SCRIPT: &str = "<script>alert(1)</script>";

/// All that is stored: the rows of each table, as texts and in an order of their own.
async fn stored(world: &World) -> BTreeMap<&'static str, Vec<String>> {
    let (read, mut all) = (world.context.database.read(), BTreeMap::new());
    macro_rules! each {
        ($($table:ident),+) => {$(
            let rows = entity::$table::Entity::find().all(read).await.unwrap();
            let mut rows: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
            rows.sort_unstable();
            all.insert(stringify!($table), rows);
        )+};
    }
    entity::every_table!(each);
    all
}

/// Every server function with a body that decodes, and those that take ids once more with ids there are.
fn acts(of: &Belongings) -> Vec<(&'static str, String)> {
    let functions =
        MATRIX.iter().filter(|(method, route, _)| *method == "POST" && route.starts_with("/api/"));
    let samples = functions.map(|(_, route, _)| (*route, sample(route)));
    let with_ids = WITH_IDS.iter().filter(|(method, ..)| *method == "POST");
    let with_ids = with_ids.map(|(_, route, template)| {
        let fill = |text: String, (name, id): &(&str, String)| text.replace(name, id);
        (*route, of.ids.iter().fold((*template).to_owned(), fill))
    });
    samples.chain(with_ids).collect()
}

/// An answer to a script: JSON, and if it is a refusal, a code of ours with its status, and no failure of the server's.
#[track_caller]
fn assert_is_ours(answer: &Answer, asked: &str) {
    assert!(!answer.status.is_server_error(), "{asked}: {} {}", answer.status, answer.body);
    assert!(answer.header("content-type").starts_with("application/json"), "{asked}: {}", answer.body);
    let body: serde_json::Value = serde_json::from_str(&answer.body)
        .unwrap_or_else(|error| panic!("{asked}: {error}: {}", answer.body));
    if answer.status != StatusCode::OK {
        let code = Code::ALL.iter().find(|code| body["code"] == code.as_str());
        let code = code.unwrap_or_else(|| panic!("{asked}: {} {}", answer.status, answer.body));
        assert_eq!(answer.status, code.status(), "{asked}: {}", answer.body);
    }
}
