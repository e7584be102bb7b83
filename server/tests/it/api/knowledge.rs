//! Categories and files, as a program keeps them: made once, known by their tag, uploaded and downloaded as streams.

use super::*;

async fn program(world: &World) -> (Program<'_>, Actor) {
    let (_, owner) = world.owner("owner@ornek.com", "Yıldız").await;
    (Program::of(world, owner).await, owner)
}

async fn upload(program: &Program<'_>, query: &str, content: &str) -> Said {
    program.send("POST", &format!("/files?{query}"), content.to_owned()).await
}

#[tokio::test]
async fn categories_are_made_read_replaced_and_deleted() {
    let world = World::new().await;
    let (program, _) = program(&world).await;
    let named = program.with("idempotency-key", "one");
    let made = named.post("/categories", json!({ "name": "İade" })).await;
    let path = format!("/categories/{}", made.is(201).id());
    assert_eq!((made.header("location"), made.header("etag")), (&*format!("/api/v1{path}"), "\"1\""));
    let again = named.post("/categories", json!({ "name": "İade" })).await;
    assert_eq!((again.id(), again.header("idempotency-replayed")), (made.id(), "true"));
    let taken = program.post("/categories", json!({ "name": "iade" })).await;
    assert_eq!(taken.refused(422, "invalid").body["fields"][0]["code"], "name_taken");
    let below = program.post("/categories", json!({ "name": "Kargo", "parent": made.id() })).await;
    let deep = program.post("/categories", json!({ "name": "Kurye", "parent": below.is(201).id() })).await;
    assert_eq!(deep.refused(422, "invalid").body["fields"][0]["code"], "category_too_deep");
    program.with("if-none-match", "\"1\"").get(&path).await.is(304);
    program.ask("PUT", &path, json!({ "name": "X" })).await.refused(428, "precondition_required");
    let old = program.with("if-match", "\"7\"").ask("PUT", &path, json!({ "name": "X" })).await;
    old.refused(412, "precondition_failed");
    let put = program.with("if-match", "\"1\"").ask("PUT", &path, json!({ "name": "İadeler" })).await;
    assert_eq!((put.is(200).header("etag"), &put.body["name"]), ("\"2\"", &json!("İadeler")));
    let all = program.get("/categories").await;
    let names: Vec<_> = all.body["categories"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["İadeler", "Kargo"]);
    assert_eq!(all.body["categories"][1]["parent"], made.body["id"]);
    program
        .with("if-match", "\"1\"")
        .ask("DELETE", &path, Value::Null)
        .await
        .refused(412, "precondition_failed");
    let file = upload(&program, &format!("name=a.txt&category={}", below.id()), "a").await;
    program.ask("DELETE", &path, Value::Null).await.is(204);
    program.get(&format!("/categories/{}", below.id())).await.refused(404, "not_found");
    let left = program.get(&format!("/files/{}", file.is(201).id())).await;
    assert_eq!(left.body["category"], Value::Null, "its files stay");
}

#[tokio::test]
async fn files_are_uploaded_found_renamed_downloaded_and_deleted() {
    let world = World::new().await;
    let (program, _) = program(&world).await;
    let category = program.post("/categories", json!({ "name": "İade" })).await.id();
    let made =
        upload(&program, &format!("name=%C4%B0ade%20ko%C5%9Fullar%C4%B1.txt&category={category}"), "Şükrü")
            .await;
    made.is(201);
    assert_eq!(
        (&made.body["name"], &made.body["kind"], &made.body["bytes"]),
        (&json!("İade koşulları.txt"), &json!("txt"), &json!(8))
    );
    assert_eq!(made.body["sha256"].as_str().unwrap().len(), 64);
    let path = format!("/files/{}", made.id());
    assert_eq!((made.header("location"), made.header("etag")), (&*format!("/api/v1{path}"), "\"1\""));
    let same = upload(&program, "name=kopya.md", "Şükrü").await;
    assert_eq!(same.is(201).body["same_as"], made.body["id"]);
    for (query, content, status, code) in [
        ("name=a.exe", "MZ", 422, "document_type_refused"),
        ("name=a.pdf", "<html>", 422, "document_mismatch"),
        ("name=a.txt", "", 422, "document_empty"),
        ("name=a.txt", "a\0", 422, "document_mismatch"),
    ] {
        let refused = upload(&program, query, content).await;
        assert_eq!(refused.is(status).body["fields"][0]["code"], code, "{query}");
    }
    upload(&program, "", "a").await.refused(400, "bad_request");
    upload(&program, "name=a.txt&category=x", "a").await.refused(404, "not_found");
    let large = program.with("content-length", "26214401");
    large.send("POST", "/files?name=a.txt", "a".into()).await.refused(413, "too_large");

    let found = async |query: &str| {
        let page = program.get(&format!("/files?{query}")).await;
        let names = page.is(200).body["files"].as_array().unwrap().iter();
        (
            names.map(|file| file["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>(),
            page.body["next"].clone(),
        )
    };
    assert_eq!(found("q=iade").await.0, ["İade koşulları.txt"]);
    assert_eq!(found("category=none").await.0, ["kopya.md"]);
    assert_eq!(found(&format!("category={category}")).await.0, ["İade koşulları.txt"]);
    let (first, next) = found("limit=1").await;
    assert_eq!(first, ["kopya.md"]);
    let (second, last) = found(&format!("limit=1&before={}", next.as_str().unwrap())).await;
    assert_eq!((second, last), (vec!["İade koşulları.txt".to_owned()], Value::Null));

    let body = json!({ "name": "Koşullar" });
    program.ask("PUT", &path, body.clone()).await.refused(428, "precondition_required");
    let put = program.with("if-match", "\"1\"").ask("PUT", &path, body).await;
    assert_eq!((&put.is(200).body["name"], &put.body["category"]), (&json!("Koşullar.txt"), &Value::Null));
    let content = program.get(&format!("{path}/content")).await;
    assert_eq!(
        (content.is(200).header("content-type"), content.header("content-disposition")),
        (
            "text/plain; charset=utf-8",
            "attachment; filename=\"Ko_ullar.txt\"; filename*=UTF-8''Ko%C5%9Fullar.txt"
        )
    );
    assert_eq!(content.header("content-length"), "8");
    program.ask("DELETE", &path, Value::Null).await.is(204);
    program.get(&format!("{path}/content")).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_members_own_key_reads_and_changes_nothing() {
    let world = World::new().await;
    let (_, owner) = world.owner("owner@ornek.com", "Yıldız").await;
    let knowledge = world.give_knowledge(owner).await;
    let personal = Program::new(&world, make_key(&world, owner, "personal", &every_scope()).await.token);
    world.set_role(owner, Role::Member).await;
    personal.get(&format!("/files/{}/content", knowledge.file)).await.is(200);
    upload(&personal, "name=a.txt", "a").await.refused(403, "forbidden");
    personal.post("/categories", json!({ "name": "X" })).await.refused(403, "forbidden");
    let (_, deniz) = world.owner("deniz@ornek.com", "Deniz").await;
    let other = Program::of(&world, deniz).await;
    for path in [
        format!("/files/{}", knowledge.file),
        format!("/files/{}/content", knowledge.file),
        format!("/categories/{}", knowledge.category),
    ] {
        other.get(&path).await.refused(404, "not_found");
    }
    upload(&other, &format!("name=a.txt&category={}", knowledge.category), "a")
        .await
        .refused(404, "not_found");
}
