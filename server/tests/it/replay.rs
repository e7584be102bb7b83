//! Everything that a request can carry, replayed by somebody of another organisation or with more than the form asks for:
//! nothing of the first organisation is shown, and nothing of it changes.

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use domain::{Actor, members::InviteForm};
use entity::{
    access_key, agent, audit, billing_account, credit_entry, customer, customer_import, customer_list, hours,
    invitation, invoice, knowledge_category, knowledge_file, listed_customer, membership, organisation,
    person, session,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    permissions::{MATRIX, Needs, content_type, sample},
    world::{Browser, World},
};

/// In every text of the first organisation, and nowhere else.
const MARK: &str = "Zümrüdüanka";

/// All that belongs to the organisation, as it is stored; sessions without the moment they were last used.
async fn stored(world: &World, actor: Actor) -> Vec<String> {
    let (read, id) = (world.context.database.read(), actor.organisation.0);
    let mut rows = Vec::new();
    let organisation = organisation::Entity::find_by_id(id).one(read).await.unwrap();
    rows.push(format!("{organisation:?}"));
    for row in membership::Entity::in_organisation(actor.organisation)
        .order_by_asc(membership::Column::PersonId)
        .all(read)
        .await
        .unwrap()
    {
        rows.push(format!("{row:?}"));
    }
    for row in invitation::Entity::in_organisation(actor.organisation).all(read).await.unwrap() {
        rows.push(format!("{row:?}"));
    }
    for row in access_key::Entity::in_organisation(actor.organisation).all(read).await.unwrap() {
        rows.push(format!("{row:?}"));
    }
    for row in agent::Entity::in_organisation(actor.organisation).all(read).await.unwrap() {
        rows.push(format!("{row:?}"));
    }
    for row in customer::Entity::in_organisation(actor.organisation).all(read).await.unwrap() {
        rows.push(format!("{row:?}"));
    }
    for row in customer_list::Entity::in_organisation(actor.organisation).all(read).await.unwrap() {
        rows.push(format!("{row:?}"));
    }
    for row in listed_customer::Entity::in_organisation(actor.organisation).all(read).await.unwrap() {
        rows.push(format!("{row:?}"));
    }
    for row in knowledge_category::Entity::in_organisation(actor.organisation).all(read).await.unwrap() {
        rows.push(format!("{row:?}"));
    }
    for row in knowledge_category::Entity::deleted_in(actor.organisation).all(read).await.unwrap() {
        rows.push(format!("{row:?}"));
    }
    for row in knowledge_file::Entity::in_organisation(actor.organisation).all(read).await.unwrap() {
        rows.push(format!("{row:?}"));
    }
    let imports = customer_import::Entity::in_organisation(actor.organisation, actor.person);
    for row in imports.all(read).await.unwrap() {
        rows.push(format!("{row:?}"));
    }
    for row in hours::Entity::in_organisation(actor.organisation).all(read).await.unwrap() {
        rows.push(format!("{row:?}"));
    }
    for row in audit::Entity::in_organisation(actor.organisation).all(read).await.unwrap() {
        rows.push(format!("{row:?}"));
    }
    for row in invoice::Entity::in_organisation(actor.organisation).all(read).await.unwrap() {
        rows.push(format!("{row:?}"));
    }
    for row in credit_entry::Entity::in_organisation(actor.organisation).all(read).await.unwrap() {
        rows.push(format!("{row:?}"));
    }
    let account = billing_account::Entity::in_organisation(actor.organisation).one(read).await.unwrap();
    rows.push(format!("{account:?}"));
    let sessions = session::Entity::find().filter(session::Column::PersonId.eq(actor.person.0));
    for row in sessions.order_by_asc(session::Column::Id).all(read).await.unwrap() {
        rows.push(format!("{} {:?} {:?}", row.id, row.organisation_id, row.ended_at));
    }
    rows.push(format!("{:?}", person::Entity::by_id(actor.person).one(read).await.unwrap()));
    rows
}

/// The ids of an organisation with something in each of its rooms, under the names that requests give them.
async fn collect(world: &World, actor: Actor) -> Vec<(&'static str, String)> {
    let by = actor.admin().unwrap();
    let photo = world.give_photo(actor).await;
    let form = InviteForm { emails: "seda@ornek.com".into(), role: "member".into() };
    services::members::invite(&world.context, by, form).await.unwrap();
    let invited = services::members::load_members(&world.context, by).await.unwrap().invitations.remove(0);
    let key = world.give_key(actor, "personal").await;
    let trail = services::audit::load_trail(&world.context, by, &Default::default()).await.unwrap();
    let people = world.people_of(actor).await;
    let knowledge = world.give_knowledge(actor).await;
    vec![
        ("category", knowledge.category.clone()),
        ("parent", knowledge.category),
        ("into", knowledge.below),
        ("files][", knowledge.file.clone()),
        ("file", knowledge.file),
        ("agent", people.agent),
        ("customer", people.customer),
        ("list", people.list),
        ("import", people.import),
        ("organisation", actor.organisation.to_string()),
        ("organisation_id", actor.organisation.to_string()),
        ("org_id", actor.organisation.to_string()),
        ("person", actor.person.to_string()),
        ("session", actor.session.to_string()),
        ("key", key.id.to_string()),
        ("invitation", invited.id.to_string()),
        ("entry", trail.lines[0].row.id.to_string()),
        ("number", world.give_invoice(actor).await),
        ("photo", photo),
    ]
}

/// A request with ids wherever one can stand: path, query, body, headers, a cookie.
async fn replay(
    browser: &mut Browser<'_>,
    method: &str,
    route: &str,
    ids: &[(&str, String)],
    more: &[(&str, &str)],
) -> (StatusCode, String) {
    let photo = ids.iter().find(|(name, _)| *name == "photo").map_or("none", |(_, id)| id);
    let path = route.replace("{name}", photo).replace("{size}", "128").replace("{width}", "480");
    let file = ids.iter().find(|(name, _)| *name == "file").map_or("none", |(_, id)| id);
    let path = if route.starts_with("/files/knowledge") { path.replace("{id}", file) } else { path };
    let customer = ids.iter().find(|(name, _)| *name == "customer").map_or("none", |(_, id)| id);
    let path = if route.starts_with("/files/customer") { path.replace("{id}", customer) } else { path };
    let number = ids.iter().find(|(name, _)| *name == "number").map_or("none", |(_, id)| id);
    let path = if route.contains("invoice") { path.replace("{id}", number) } else { path };
    let query: Vec<String> = ids.iter().map(|(name, id)| format!("{name}={id}")).collect();
    let mut request = browser
        .request(Method::from_bytes(method.as_bytes()).unwrap(), &format!("{path}?{}", query.join("&")))
        .header("cookie", format!("organisation={}", ids[0].1))
        .header("x-organisation", &ids[0].1)
        .header("x-organisation-id", &ids[0].1)
        .header("x-original-url", "/settings/general");
    let mut body = sample(route);
    if method == "POST" {
        request = request.header("sec-fetch-site", "same-origin").header("content-type", content_type(route));
        if !content_type(route).starts_with("multipart") {
            for (name, value) in more {
                body.push_str(&format!("&form[{name}]={value}"));
            }
            body = body.trim_start_matches('&').to_owned();
        }
    }
    let answer = browser.send(request.body(Body::from(body)).unwrap()).await;
    (answer.status, answer.body)
}

#[tokio::test]
async fn ids_of_another_organisation_open_and_change_nothing_wherever_they_stand() {
    let world = World::new().await;
    let (_, theirs) = world.owner("anka@ornek.com", &format!("{MARK} Destek")).await;
    let ids = collect(&world, theirs).await;
    let before = stored(&world, theirs).await;
    let (own, _) = world.owner("yildiz@ornek.com", "Yıldız").await;
    for (method, route, _) in MATRIX {
        // Signing out, or signing in as somebody, is not what is asked here: everything else is done signed in.
        let mut browser = world.browser();
        browser.cookies = own.cookies.clone();
        let more: Vec<(&str, &str)> = ids.iter().map(|(name, id)| (*name, id.as_str())).collect();
        for more in [&[][..], &more[..]] {
            let (status, body) = replay(&mut browser, method, route, &ids, more).await;
            assert!(!status.is_server_error(), "{method} {route}: {status}");
            assert!(
                !body.contains(MARK),
                "{method} {route} shows something of another organisation:\n{body}"
            );
        }
    }
    assert_eq!(stored(&world, theirs).await, before);
}

/// What a form does not ask for can't be assigned by it: the field is refused, or nothing comes of it.
#[tokio::test]
async fn nobody_becomes_more_by_fields_that_a_form_does_not_ask_for() {
    let world = World::new().await;
    // An owner, whom no guard stops before the form is read.
    let (owner, actor) = world.owner("anka@ornek.com", &format!("{MARK} Destek")).await;
    let ids = [("organisation", actor.organisation.to_string())];
    let more = [
        ("role", "owner"),
        ("org_id", "019ab000-0000-7000-8000-000000000000"),
        ("plan", "enterprise"),
        ("consent", "true"),
        ("support_access", "allow"),
        ("deleted_at", "2026-01-01"),
        ("verified_at", "2026-01-01"),
        ("is_staff", "true"),
    ];
    let before = stored(&world, actor).await;
    for (method, route, needs) in MATRIX.iter().filter(|(method, ..)| *method == "POST") {
        // Their own session may be ended by themselves.
        let ends = route.ends_with("sign-out") || route.contains("/end-") || route.contains("/entrance/");
        for extra in &more {
            let mut browser = world.browser();
            browser.cookies = owner.cookies.clone();
            let (status, body) = replay(&mut browser, method, route, &ids, &[*extra]).await;
            assert!(!status.is_server_error(), "{route} {extra:?}: {status}");
            let asks = sample(route).contains(&format!("form[{}]", extra.0));
            let takes_a_form = !sample(route).is_empty() && !content_type(route).starts_with("multipart");
            if takes_a_form && !asks && !ends && *needs != Needs::Staff {
                let refused = [StatusCode::BAD_REQUEST, StatusCode::UNPROCESSABLE_ENTITY];
                assert!(refused.contains(&status), "{needs:?} {route} {extra:?}: {status}\n{body}");
            }
        }
    }
    assert_eq!(stored(&world, actor).await, before);
}
