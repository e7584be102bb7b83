//! A call from its start to its end, as a program sees it.

use super::*;

#[tokio::test]
async fn a_call_is_started_answered_ended_and_read() {
    let world = World::new().await;
    let (_, owner) = world.owner("owner@ornek.com", "Yıldız").await;
    let program = Program::of(&world, owner).await;
    let started = program.post("/calls", json!({ "direction": "outbound", "to": "+905325550123" })).await;
    started.is(201);
    let id = started.id();
    assert_eq!(started.header("location"), format!("/api/v1/calls/{id}"));
    assert_eq!(
        started.body["hold"],
        json!({ "expires_at": "2026-11-23T09:01:00Z", "heartbeat_seconds": 20 })
    );
    assert_eq!(started.body["slots"], json!({ "limit": 10, "reserved": 0, "in_use": 1 }));
    world.context.clock.advance(TimeDelta::seconds(15));
    let path = |rest: &str| format!("/calls/{id}{rest}");
    let beat = program.post(&path("/heartbeat"), json!({ "answered": true })).await;
    assert_eq!(beat.is(200).body["expires_at"], "2026-11-23T09:01:15Z");
    world.context.clock.advance(TimeDelta::seconds(30));
    program.post(&path("/end"), json!({ "outcome": "lost" })).await.refused(422, "invalid");
    let ended = program.post(&path("/end"), json!({ "outcome": "completed" })).await;
    assert_eq!((&ended.body["talk_seconds"], &ended.body["outcome"]), (&json!(30), &json!("completed")));
    assert_eq!(program.post(&path("/end"), json!({ "outcome": "busy" })).await.is(200).body, ended.body);
    program.post(&path("/heartbeat"), json!({})).await.refused(409, "lease_ended");
    let read = program.get(&path("")).await;
    assert_eq!((&read.body, read.header("etag")), (&ended.body, "\"3\""));
    program.with("if-none-match", "\"3\"").get(&path("")).await.is(304);
    assert_eq!(program.get("/slots").await.body["in_use"], 0);
}

#[tokio::test]
async fn a_full_plan_says_how_full_it_is_and_when_to_try_again() {
    let world = World::new().await;
    let (_, owner) = world.owner("owner@ornek.com", "Yıldız").await;
    let program = Program::of(&world, owner).await;
    for _ in 0..5 {
        program.post("/calls", sample("/calls")).await.is(201);
        program.post("/slots/leases", sample("/slots/leases")).await.is(201);
    }
    for path in ["/calls", "/slots/leases"] {
        let full = program.post(path, sample(path)).await;
        full.refused(429, "slots_full");
        assert_eq!(full.body["slots"], json!({ "limit": 10, "reserved": 0, "in_use": 10 }));
        assert_eq!((&full.body["retry_after"], full.header("retry-after")), (&json!(5), "5"));
    }
    world.context.clock.advance(TimeDelta::seconds(60));
    program.post("/calls", sample("/calls")).await.is(201);
}

#[tokio::test]
async fn a_slot_is_prolonged_and_given_back() {
    let world = World::new().await;
    let (_, owner) = world.owner("owner@ornek.com", "Yıldız").await;
    let (program, (_, deniz)) =
        (Program::of(&world, owner).await, world.owner("deniz@ornek.com", "Deniz").await);
    let lease = program.post("/slots/leases", json!({ "direction": "outbound" })).await;
    let path = format!("/slots/leases/{}", lease.is(201).id());
    let stranger = Program::of(&world, deniz).await;
    stranger.post(&format!("{path}/heartbeat"), Value::Null).await.refused(404, "not_found");
    stranger.ask("DELETE", &path, Value::Null).await.refused(404, "not_found");
    program.post(&format!("{path}/heartbeat"), Value::Null).await.is(200);
    for _ in 0..2 {
        program.ask("DELETE", &path, Value::Null).await.is(204);
    }
    program.post(&format!("{path}/heartbeat"), Value::Null).await.refused(409, "lease_ended");
    program.post("/slots/leases", json!({ "direction": "up" })).await.refused(422, "invalid");
}

#[tokio::test]
async fn calls_of_another_organisation_are_not_there() {
    let world = World::new().await;
    let (_, owner) = world.owner("owner@ornek.com", "Yıldız").await;
    let (_, deniz) = world.owner("deniz@ornek.com", "Deniz").await;
    let (mine, theirs) = (Program::of(&world, owner).await, Program::of(&world, deniz).await);
    let id = mine.post("/calls", sample("/calls")).await.id();
    for (method, path, _) in MATRIX.iter().filter(|(_, path, _)| path.starts_with("/calls/")) {
        let path = path.replace("{id}", &id);
        theirs.ask(method, &path, sample(&path)).await.refused(404, "not_found");
        for odd in ["1", "%00", "..", "00000000-0000-0000-0000-000000000000"] {
            let path = path.replace(&id, odd);
            mine.ask(method, &path, sample(&path)).await.refused(404, "not_found");
        }
    }
    assert_eq!(theirs.get("/calls").await.body, json!({ "calls": [], "next": null }));
    assert_eq!(mine.get(&format!("/calls/{id}")).await.body["outcome"], "running");
}

#[tokio::test]
async fn pages_of_calls_follow_one_another() {
    let world = World::new().await;
    let (_, owner) = world.owner("owner@ornek.com", "Yıldız").await;
    let program = Program::of(&world, owner).await;
    let mut begun = Vec::new();
    for _ in 0..5 {
        begun.insert(0, program.post("/calls", sample("/calls")).await.id());
    }
    let said = json!({ "text": "Alo?" });
    program.ask("PUT", &format!("/calls/{}/transcript", begun[0]), said).await.is(200);
    assert_eq!(program.get("/calls?limit=1").await.body["calls"][0]["transcript"], Value::Null);
    let mut seen = Vec::new();
    let mut path = "/calls?limit=2".to_owned();
    loop {
        let page = program.get(&path).await.body;
        seen.extend(
            page["calls"].as_array().unwrap().iter().map(|call| call["id"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/calls?limit=2&before={next}");
    }
    assert_eq!(seen, begun);
    program.post(&format!("/calls/{}/end", begun[1]), json!({ "outcome": "busy" })).await.is(200);
    let busy = program.get("/calls?outcome=busy&direction=inbound").await.body;
    assert_eq!((busy["calls"].as_array().unwrap().len(), &busy["calls"][0]["id"]), (1, &json!(begun[1])));
}

#[tokio::test]
async fn a_transcript_is_replaced_by_whoever_knows_the_last_one() {
    let world = World::new().await;
    let (_, owner) = world.owner("owner@ornek.com", "Yıldız").await;
    let program = Program::of(&world, owner).await;
    let id = program.post("/calls", sample("/calls")).await.id();
    let path = format!("/calls/{id}/transcript");
    let saved = program.with("if-match", "\"1\"").ask("PUT", &path, json!({ "text": "Alo?" })).await;
    assert_eq!((&saved.body["transcript"], saved.header("etag")), (&json!("Alo?"), "\"2\""));
    for stale in ["\"1\"", "\"x\"", "W/\"2\""] {
        let refused = program.with("if-match", stale).ask("PUT", &path, json!({ "text": "Kim?" })).await;
        refused.refused(412, "precondition_failed");
    }
    program.with("if-match", "*").ask("PUT", &path, json!({ "text": "Buyurun." })).await.is(200);
    program.ask("PUT", &path, json!({ "text": " " })).await.refused(422, "invalid");
}
