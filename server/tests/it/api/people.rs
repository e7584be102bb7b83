//! Agents and customers, as a program keeps them: added once, known by their tag, replaced by whoever knows the last version.

use super::*;

async fn program(world: &World) -> (Program<'_>, Actor) {
    let (_, owner) = world.owner("owner@ornek.com", "Yıldız").await;
    (Program::of(world, owner).await, owner)
}

#[tokio::test]
async fn agents_and_customers_are_added_read_replaced_and_deleted() {
    let world = World::new().await;
    let (program, owner) = program(&world).await;
    for (room, field) in [("/agents", "greeting"), ("/customers", "note")] {
        let body = sample(room);
        let made =
            program.with("idempotency-key", room.trim_start_matches('/')).post(room, body.clone()).await;
        made.is(201);
        let (path, id) = (format!("{room}/{}", made.id()), made.id());
        assert_eq!((made.header("location"), made.header("etag")), (&*format!("/api/v1{path}"), "\"1\""));
        let again =
            program.with("idempotency-key", room.trim_start_matches('/')).post(room, body.clone()).await;
        assert_eq!((again.id(), again.header("idempotency-replayed")), (id.clone(), "true"));
        let twice = program.post(room, body.clone()).await;
        twice.refused(422, "invalid");
        let taken = if room == "/agents" { "name_taken" } else { "phone_taken" };
        assert_eq!(twice.body["fields"][0]["code"], taken);
        let read = program.get(&path).await;
        assert_eq!((&read.body, read.header("etag")), (&made.body, "\"1\""));
        program.with("if-none-match", "\"1\"").get(&path).await.is(304);
        let mut changed = body.clone();
        changed[field] = json!("Değişti.");
        program.ask("PUT", &path, changed.clone()).await.refused(428, "precondition_required");
        let old = program.with("if-match", "\"7\"").ask("PUT", &path, changed.clone()).await;
        old.refused(412, "precondition_failed");
        let put = program.with("if-match", "\"1\"").ask("PUT", &path, changed.clone()).await;
        assert_eq!((put.is(200).header("etag"), &put.body[field]), ("\"2\"", &json!("Değişti.")));
        // What changes nothing is no new version.
        let same = program.with("if-match", "*").ask("PUT", &path, changed).await;
        assert_eq!(same.is(200).header("etag"), "\"2\"");
        program
            .with("if-match", "\"1\"")
            .ask("DELETE", &path, Value::Null)
            .await
            .refused(412, "precondition_failed");
        if room == "/customers" {
            let unknown = program.ask("DELETE", &format!("{path}?calls=all"), Value::Null).await;
            unknown.refused(400, "bad_request");
        }
        let query = if room == "/customers" { "?calls=remove" } else { "" };
        program.ask("DELETE", &format!("{path}{query}"), Value::Null).await.is(204);
        program.get(&path).await.refused(404, "not_found");
    }
    let trail =
        services::audit::load_trail(&world.context, owner.admin().unwrap(), &Default::default()).await;
    let told: Vec<_> = trail.unwrap().lines.into_iter().filter(|line| line.key.is_some()).collect();
    assert_eq!(told.len(), 6);
    assert!(told.iter().all(|line| line.key.as_deref() == Some("Santral köprüsü") && line.person.is_none()));
}

#[tokio::test]
async fn lists_of_customers_are_turned_and_narrowed() {
    let world = World::new().await;
    let (program, owner) = program(&world).await;
    let (_, deniz) = world.owner("deniz@ornek.com", "Deniz").await;
    Program::of(&world, deniz).await.post("/customers", sample("/customers")).await.is(201);
    for number in 0..3 {
        let body = json!({ "name": format!("K{number}"), "phone": format!("053212345{number}0") });
        program.post("/customers", body).await.is(201);
    }
    let names = |said: &Said| {
        let all = said.body["customers"].as_array().unwrap();
        all.iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let first = program.get("/customers?limit=2").await;
    assert_eq!(names(&first), ["K2", "K1"]);
    let next = first.body["next"].as_str().unwrap();
    let last = program.get(&format!("/customers?before={next}")).await;
    assert_eq!((names(&last), &last.body["next"]), (vec!["K0".to_owned()], &Value::Null));
    assert_eq!(names(&program.get("/customers?phone=%2B905321234510").await), ["K1"]);
    program.get("/customers?phone=0532").await.refused(422, "invalid");
    program.get("/customers?q=K1").await.refused(400, "bad_request");
    let form = domain::customers::ListForm { name: "VIP".into(), ..Default::default() };
    let vip = services::customers::create_list(&world.context, owner.member(), form).await.unwrap();
    let form = domain::customers::ListedForm { customer: next.to_owned(), list: vip.to_string() };
    services::customers::add_to_list(&world.context, owner.member(), form).await.unwrap();
    assert_eq!(names(&program.get(&format!("/customers?list={vip}")).await), ["K1"]);
    let lists = program.get("/lists").await;
    assert_eq!(lists.body, json!({ "lists": [{ "id": vip.to_string(), "name": "VIP", "customers": 1 }] }));
}

#[tokio::test]
async fn what_belongs_to_another_organisation_does_not_exist() {
    let world = World::new().await;
    let (program, _) = program(&world).await;
    let (_, deniz) = world.owner("deniz@ornek.com", "Deniz").await;
    let theirs = Program::of(&world, deniz).await.with("if-match", "*");
    for room in ["/agents", "/customers"] {
        let path = format!("{room}/{}", program.post(room, sample(room)).await.id());
        theirs.get(&path).await.refused(404, "not_found");
        theirs.ask("PUT", &path, sample(room)).await.refused(404, "not_found");
        theirs.ask("DELETE", &path, Value::Null).await.refused(404, "not_found");
        program.get(&path).await.is(200);
    }
}

#[tokio::test]
async fn the_key_of_a_member_does_what_a_member_may() {
    let world = World::new().await;
    let (program, owner) = program(&world).await;
    let customer = program.post("/customers", sample("/customers")).await.id();
    let personal = Program::new(&world, make_key(&world, owner, "personal", &every_scope()).await.token);
    world.set_role(owner, Role::Member).await;
    personal.get("/agents").await.is(200);
    personal.post("/agents", sample("/agents")).await.refused(403, "forbidden");
    personal.ask("DELETE", &format!("/customers/{customer}"), Value::Null).await.refused(403, "forbidden");
    personal.post("/customers", json!({ "name": "Can", "phone": "0532 555 01 24" })).await.is(201);
    world.set_role(owner, Role::Admin).await;
    personal.ask("DELETE", &format!("/customers/{customer}"), Value::Null).await.is(204);
}

#[tokio::test]
async fn a_call_says_whom_it_is_with() {
    let world = World::new().await;
    let (program, _) = program(&world).await;
    let customer = program.post("/customers", sample("/customers")).await.id();
    let call = program.post("/calls", json!({ "direction": "outbound", "to": "+905325550123" })).await;
    assert_eq!(call.body["call"]["customer_id"], customer);
    let other = program.post("/calls", json!({ "direction": "inbound" })).await;
    assert_eq!(other.body["call"]["customer_id"], Value::Null);
}
