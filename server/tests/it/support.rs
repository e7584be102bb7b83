//! Support access over HTTP, as a browser without JavaScript sees it; and what is open to support, for every route there is.

mod scope;

use axum::http::StatusCode;
use chrono::TimeDelta;
use domain::{Actor, support::Mode};

use crate::world::{Answer, Browser, World};

const AYSE: &str = "ayse@ornek.com";
const DENIZ: &str = "deniz@ayar.example";
const REASON: &str = "Saatler neden kapalı görünüyor?";
const GENERAL: &str = "/settings/general";

async fn enter(browser: &mut Browser<'_>, host: Actor, mode: Mode) -> Answer {
    let id = host.organisation.to_string();
    let fields = [
        ("form[organisation]", id.as_str()),
        ("form[reason]", REASON),
        ("form[ticket]", "TT-42"),
        ("form[mode]", mode.word()),
    ];
    browser.post("/support?do=support/enter", &fields).await
}

/// An administrator, and support inside their organisation.
async fn inside(world: &World, mode: Mode) -> (Browser<'_>, Actor, Browser<'_>) {
    let (ayse, actor) = world.owner(AYSE, "Yıldız").await;
    world.consent(actor, "allow").await;
    let mut deniz = world.staff(DENIZ).await;
    let entered = enter(&mut deniz, actor, mode).await;
    assert_eq!(
        (entered.status, entered.location()),
        (StatusCode::SEE_OTHER, "/settings/general?saved=support/enter"),
        "{}",
        entered.body
    );
    (ayse, actor, deniz)
}

#[tokio::test]
async fn the_desk_does_not_exist_for_anybody_but_staff() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner(AYSE, "Yıldız").await;
    for browser in [&mut ayse, &mut world.browser()] {
        let page = browser.get("/support?q=yildiz").await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        page.assert_shows("Sayfa bulunamadı").assert_hides("Destek masası");
        for function in ["enter", "leave"] {
            let posted = browser
                .post(&format!("/support?do=support/{function}"), &[("form[confirmed]", "true")])
                .await;
            assert!(posted.status.is_client_error(), "{function}");
        }
        assert_eq!(browser.call("support/load-desk", &[]).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn without_a_second_factor_the_desk_is_closed_and_the_way_there_is_shown() {
    let world = World::new().await;
    let mut deniz = world.newcomer(DENIZ).await;
    assert_eq!(deniz.get("/").await.location(), "/support");
    let page = deniz.get("/support").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    page.assert_shows("Önce iki faktörlü doğrulamayı etkinleştirin")
        .assert_shows("/account/security/app?next=");
    let called = deniz.call("support/load-desk", &[]).await;
    assert_eq!(called.status, StatusCode::FORBIDDEN);
    called.assert_shows("two_factor_required");
    assert_eq!(deniz.get("/account/security").await.status, StatusCode::OK);
    let room = deniz.get(GENERAL).await;
    assert_eq!(room.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn staff_find_a_name_an_id_and_whether_it_is_allowed_and_nothing_else() {
    let world = World::new().await;
    let (_, actor) = world.owner(AYSE, "Yıldız <b>Çağrı</b>").await;
    let mut deniz = world.staff(DENIZ).await;
    deniz.get("/support?q=y%C4%B1").await.assert_shows("En az 3 harf yazın.").assert_hides("Çağrı");
    deniz.get("/support?q=gunes").await.assert_shows("Böyle bir şirket yok.");
    let id = actor.organisation.to_string();
    let page = deniz.get("/support?q=YILDIZ").await;
    page.assert_shows("Yıldız &lt;b&gt;Çağrı").assert_shows(&id).assert_shows("İzin yok");
    page.assert_hides(AYSE).assert_hides("<b>Çağrı").assert_hides("Seç</span>");
    let refused = enter(&mut deniz, actor, Mode::Read).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);

    world.consent(actor, "allow").await;
    deniz.get("/support?q=yildiz").await.assert_shows("İzin var").assert_shows(&format!("/support?q={id}"));
    deniz.get(&format!("/support?q={id}")).await.assert_shows("şirketine gir").assert_shows("f-reason");
}

#[tokio::test]
async fn a_refused_form_says_why_at_its_field_and_keeps_what_was_typed() {
    let world = World::new().await;
    let (_, actor) = world.owner(AYSE, "Yıldız").await;
    world.consent(actor, "allow").await;
    let mut deniz = world.staff(DENIZ).await;
    let id = actor.organisation.to_string();
    let fields = [
        ("form[organisation]", id.as_str()),
        ("form[reason]", "bak"),
        ("form[ticket]", "TT-<42>"),
        ("form[mode]", "write"),
    ];
    let refused = deniz.post("/support?do=support/enter", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.assert_shows("f-reason-error").assert_shows("TT-&lt;42&gt;").assert_shows("Yıldız şirketine gir");
    assert_eq!(deniz.get(GENERAL).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn everybody_concerned_sees_support_inside_and_may_end_it() {
    let world = World::new().await;
    let (mut ayse, actor, mut deniz) = inside(&world, Mode::Read).await;
    let page = deniz.get(GENERAL).await;
    assert_eq!(page.status, StatusCode::OK);
    page.assert_shows("Yıldız şirketindesiniz: Yalnızca okumak").assert_shows("60 dakika kaldı");
    page.assert_shows("Şimdi bitir").assert_hides("/account/sessions");
    deniz.get("/support").await.assert_shows("Yıldız şirketindesiniz").assert_shows(">Ayrıl<");

    for path in [GENERAL, "/settings/hours", "/account/security", "/settings/support"] {
        let page = ayse.get(path).await;
        page.assert_shows("Destek ekibi içeride: Deniz Kara")
            .assert_shows(REASON)
            .assert_shows("Şimdi bitir");
    }
    ayse.get("/settings/support").await.assert_shows("TT-42").assert_shows("Şu ana kadar hiçbir şey");
    world.set_role(actor, domain::Role::Member).await;
    ayse.get(GENERAL).await.assert_hides("Destek ekibi içeride");
    world.set_role(actor, domain::Role::Owner).await;

    let stay = services::support::load_live(&world.context, actor).await.unwrap().remove(0);
    let fields = [("form[session]", stay.id.to_string())];
    let fields = [(fields[0].0, fields[0].1.as_str())];
    let ended = ayse.post("/settings/general?do=support/end-session", &fields).await;
    assert_eq!(ended.location(), "/settings/support?saved=support/end-session");
    ayse.get(ended.location())
        .await
        .assert_shows("bir yönetici bitirdi (Ayşe Erdem)")
        .assert_hides("Destek ekibi içeride");
    let room = deniz.get(GENERAL).await;
    assert_eq!(room.status, StatusCode::FORBIDDEN);
    room.assert_shows("Bir şirketin içinde değilsiniz").assert_hides("Yıldız");
    deniz.get("/support").await.assert_shows("Son bağlantınız").assert_shows("bir yönetici bitirdi");
}

#[tokio::test]
async fn withdrawn_means_out_at_the_next_request_and_the_own_session_goes_on() {
    let world = World::new().await;
    let (_, actor, mut deniz) = inside(&world, Mode::Write).await;
    deniz.get("/settings/hours").await.assert_shows("Mesai saatleri");
    world.consent(actor, "deny").await;
    let called = deniz.call("general/load-general", &[]).await;
    assert_eq!(called.status, StatusCode::FORBIDDEN);
    called.assert_shows("support_ended");
    assert_eq!(deniz.get("/settings/hours").await.status, StatusCode::FORBIDDEN);
    deniz.get("/support").await.assert_shows("izin geri alındı");
    assert_eq!(deniz.get("/account/security").await.status, StatusCode::OK);
}

#[tokio::test]
async fn sixty_minutes_are_counted_down_and_not_renewed() {
    let world = World::new().await;
    let (_, actor, mut deniz) = inside(&world, Mode::Read).await;
    world.context.clock.advance(TimeDelta::minutes(45));
    deniz.get(GENERAL).await.assert_shows("15 dakika kaldı");
    let again = enter(&mut deniz, actor, Mode::Read).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    world.context.clock.advance(TimeDelta::minutes(15));
    assert_eq!(deniz.get(GENERAL).await.status, StatusCode::FORBIDDEN);
    deniz.get("/support").await.assert_shows("60 dakika doldu");
}

#[tokio::test]
async fn leaving_leads_back_to_the_desk() {
    let world = World::new().await;
    let (mut ayse, _, mut deniz) = inside(&world, Mode::Read).await;
    let left = deniz.post("/settings/hours?do=support/leave", &[("form[confirmed]", "true")]).await;
    assert_eq!((left.status, left.location()), (StatusCode::SEE_OTHER, "/support?saved=support/leave"));
    deniz.get(left.location()).await.assert_shows("Şirketten ayrıldınız.").assert_shows("görevli ayrıldı");
    ayse.get("/settings/support")
        .await
        .assert_shows("görevli ayrıldı")
        .assert_shows("Hiçbir şey değiştirilmedi.");
}

#[tokio::test]
async fn an_open_page_that_asks_who_is_inside_does_not_keep_its_session_awake() {
    let world = World::new().await;
    let (mut ayse, actor, mut deniz) = inside(&world, Mode::Read).await;
    world.limit_idle(actor.organisation, 15).await;
    let asked = ayse.call("support/watch", &[]).await;
    asked.assert_shows("Deniz Kara").assert_shows(&actor.organisation.to_string());
    deniz.call("support/watch", &[]).await.assert_shows(REASON);
    for _ in 0..2 {
        world.context.clock.advance(TimeDelta::minutes(7));
        assert_eq!(ayse.call("support/watch", &[]).await.status, StatusCode::OK);
    }
    world.context.clock.advance(TimeDelta::minutes(1));
    let idle = ayse.call("support/watch", &[]).await;
    assert_eq!(idle.status, StatusCode::UNAUTHORIZED);
    idle.assert_shows("session_idle");
}

#[tokio::test]
async fn a_member_hides_from_support_in_the_organisation_they_stand_in() {
    let world = World::new().await;
    let (mut ayse, _, mut deniz) = inside(&world, Mode::Read).await;
    deniz.get("/settings/members").await.assert_shows(AYSE);
    let hidden = ayse.post("/account/security?do=support/hide-me", &[("form[hidden]", "true")]).await;
    assert_eq!(hidden.location(), "/account/security?saved=support/hide-me");
    ayse.get(hidden.location()).await.assert_shows("Seçiminiz kaydedildi.").assert_shows("Beni göster");
    for path in ["/settings/members", "/settings/security", "/settings/audit", "/settings/support"] {
        deniz.get(path).await.assert_shows("Gizli üye").assert_hides(AYSE).assert_hides("Ayşe Erdem");
    }
    let refused = deniz.call("support/hide-me", &[("form[hidden]", "true")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    ayse.get("/settings/audit").await.assert_shows("Destek ekibine görünürlüğünü değiştirdi");
}

#[tokio::test]
async fn support_does_not_enter_further_than_it_is_let() {
    let world = World::new().await;
    let (_, actor) = world.owner(AYSE, "Yıldız").await;
    world.consent_to(actor, "allow", Mode::Read).await;
    let mut deniz = world.staff(DENIZ).await;
    let refused = enter(&mut deniz, actor, Mode::Write).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.assert_shows("Bu şirket yalnızca okumaya izin veriyor.").assert_shows("f-mode-error");
    let page = deniz.get(&format!("/support?q={}", actor.organisation)).await;
    page.assert_shows("f-mode-read").assert_hides("f-mode-write");
    assert_eq!(enter(&mut deniz, actor, Mode::Read).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn on_a_page_that_is_closed_to_support_it_still_reads_that_it_is_inside() {
    let world = World::new().await;
    let (_, _, mut deniz) = inside(&world, Mode::Read).await;
    for path in ["/settings/billing", "/account/security", "/account/sessions"] {
        let page = deniz.get(path).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        page.assert_shows("Yıldız şirketindesiniz").assert_shows("Şimdi bitir");
    }
}

#[tokio::test]
async fn what_support_may_see_leads_nowhere_that_is_closed() {
    let world = World::new().await;
    let (mut ayse, actor, mut deniz) = inside(&world, Mode::Write).await;
    services::general::save_profile(
        &world.context,
        actor.admin().unwrap(),
        domain::general::GeneralForm {
            name: "Yıldız A.Ş.".into(),
            ..services::general::load_profile(&world.context, actor.member()).await.unwrap().form
        },
    )
    .await
    .unwrap();
    ayse.get("/settings/audit").await.assert_shows("/files/audit.csv").assert_shows("revert");
    deniz.get("/settings/audit").await.assert_hides("/files/audit.csv").assert_hides("form=\"revert");
    deniz.get(GENERAL).await.assert_hides("href=\"/settings/billing\"");
    world.give_logo(actor).await;
    deniz.get("/settings/branding").await.assert_shows("/files/mail-preview");
    assert_eq!(deniz.get("/files/mail-preview?scheme=light").await.status, StatusCode::OK);
}
