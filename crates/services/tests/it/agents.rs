//! Agents: unique names, versions, and who may not go while a campaign calls with them.

use domain::{Actor, AgentId, AppError, Code, Role, agents::AgentForm};
use entity::{audit, campaign};
use sea_orm::EntityTrait;
use services::agents::{self, Agent};

use crate::{on_both_databases, slots::program, world::World};

const AYSE: &str = "ayse@yildiz.example";
const DENIZ: &str = "deniz@deniz.example";

pub fn form(name: &str) -> AgentForm {
    AgentForm {
        name: name.into(),
        language: "tr".into(),
        greeting: "Merhaba,\nben Yıldız Çağrı Merkezi'nden arıyorum.".into(),
        number: "0850 222 0 444".into(),
        ..AgentForm::default()
    }
}

async fn create(world: &World, by: Actor, form: AgentForm) -> Result<Agent, AppError> {
    agents::create(&world.context, by.admin()?, form).await
}

async fn update(world: &World, by: Actor, row: &Agent, form: AgentForm) -> Result<Agent, AppError> {
    agents::update(&world.context, by.admin()?, row.id(), form, Some(row.version)).await
}

async fn delete(world: &World, by: Actor, id: AgentId, version: Option<i64>) -> Result<(), AppError> {
    agents::delete(&world.context, by.admin()?, id, version).await
}

async fn names(world: &World, by: Actor) -> Vec<String> {
    let (rows, more) = agents::list(&world.context, by.member(), None, 100).await.unwrap();
    assert!(!more);
    rows.into_iter().map(|row| row.name).collect()
}

/// What the organisation's trail says was done in a room: action, before, after.
pub async fn trail(world: &World, actor: Actor, room: &str) -> Vec<(String, String, String)> {
    let read = world.context.database.read();
    let rows = audit::Entity::in_organisation(actor.organisation).all(read).await.unwrap();
    let mut rows: Vec<_> = rows.into_iter().filter(|row| row.room == room).collect();
    rows.sort_by_key(|row| row.number);
    rows.into_iter().map(|row| (row.action, row.before, row.after)).collect()
}

/// A campaign in this state that calls with an agent.
async fn campaign(world: &World, row: &Agent, state: &str) {
    let campaign = campaign::Model {
        id: world.context.id(),
        organisation_id: row.organisation_id,
        name: "Yaz".into(),
        agent_id: Some(row.id),
        list_name: "VIP".into(),
        state: state.into(),
        starts_at: world.context.now(),
        at_once: 0,
        attempts: 1,
        retry_minutes: 60,
        trouble: None,
        retry_at: None,
        created_at: world.context.now(),
        ended_at: None,
        version: 1,
    };
    let write = world.context.database.write(move |on| {
        Box::pin(async move {
            let row = campaign::ActiveModel::from(campaign);
            campaign::Entity::insert(row).exec_without_returning(on).await.unwrap();
            Ok(())
        })
    });
    write.await.unwrap();
}

on_both_databases! {
    async fn an_agent_is_added_changed_and_deleted_and_the_trail_says_so(world: World) {
        let ayse = world.owner(AYSE).await;
        assert_eq!(names(&world, ayse).await, [""; 0]);
        let elif = create(&world, ayse, form(" Elif ")).await.unwrap();
        assert_eq!((elif.name.as_str(), elif.number.as_str(), elif.version), ("Elif", "+908502220444", 1));
        let same = update(&world, ayse, &elif, form("Elif")).await.unwrap();
        assert_eq!(same, elif, "nothing changed");
        let changed = update(&world, ayse, &elif, AgentForm { number: String::new(), ..form("ELİF") }).await.unwrap();
        assert_eq!((changed.name.as_str(), changed.number.as_str(), changed.version), ("ELİF", "", 2));
        let late = update(&world, ayse, &elif, form("Zeynep")).await;
        assert_eq!(late, Err(Code::Conflict.into()));
        assert_eq!(delete(&world, ayse, elif.id(), Some(1)).await, Err(Code::Conflict.into()));
        delete(&world, ayse, elif.id(), Some(2)).await.unwrap();
        assert_eq!(delete(&world, ayse, elif.id(), None).await, Err(Code::NotFound.into()));
        let trail = trail(&world, ayse, "agents").await;
        let actions: Vec<&str> = trail.iter().map(|(action, ..)| action.as_str()).collect();
        assert_eq!(actions, ["agents.create_agent", "agents.update_agent", "agents.delete_agent"]);
        assert_eq!(trail[1].1, r#"{"name":"Elif","phone":"+908502220444"}"#);
        assert_eq!(trail[1].2, r#"{"name":"ELİF","phone":""}"#);
    }

    async fn a_name_is_given_once_in_an_organisation(world: World) {
        let (ayse, deniz) = (world.owner(AYSE).await, world.owner(DENIZ).await);
        create(&world, ayse, form("Işıl")).await.unwrap();
        create(&world, deniz, form("Işıl")).await.unwrap();
        let taken = create(&world, ayse, form("IŞIL")).await.unwrap_err();
        assert_eq!(taken.of("name"), Some(Code::NameTaken));
        let zeynep = create(&world, ayse, form("Zeynep")).await.unwrap();
        let taken = update(&world, ayse, &zeynep, form("isil")).await.unwrap_err();
        assert_eq!(taken.of("name"), Some(Code::NameTaken));
        assert_eq!(names(&world, ayse).await, ["Zeynep", "Işıl"]);
    }

    async fn an_agent_of_a_campaign_that_goes_on_stays(world: World) {
        let ayse = world.owner(AYSE).await;
        let elif = create(&world, ayse, form("Elif")).await.unwrap();
        for state in ["finished", "stopped", "paused"] {
            campaign(&world, &elif, state).await;
        }
        assert_eq!(delete(&world, ayse, elif.id(), None).await, Err(Code::AgentInUse.into()));
        let zeynep = create(&world, ayse, form("Zeynep")).await.unwrap();
        campaign(&world, &zeynep, "finished").await;
        delete(&world, ayse, zeynep.id(), None).await.unwrap();
        let read = world.context.database.read();
        let campaigns = campaign::Entity::find().all(read).await.unwrap();
        assert_eq!(campaigns.iter().filter(|row| row.agent_id.is_none()).count(), 1, "it stays, without its agent");
    }

    async fn what_belongs_to_others_does_not_exist_and_members_only_read(world: World) {
        let (ayse, deniz) = (world.owner(AYSE).await, world.owner(DENIZ).await);
        let elif = create(&world, ayse, form("Elif")).await.unwrap();
        let mert = world.colleague(ayse, "mert@yildiz.example", Role::Member).await;
        assert_eq!(names(&world, mert).await, ["Elif"]);
        assert_eq!(create(&world, mert, form("Can")).await, Err(Code::Forbidden.into()));
        let not_found = || AppError::from(Code::NotFound);
        assert_eq!(agents::load(&world.context, deniz.member(), elif.id()).await, Err(not_found()));
        assert_eq!(update(&world, deniz, &elif, form("Can")).await, Err(not_found()));
        assert_eq!(delete(&world, deniz, elif.id(), None).await, Err(not_found()));
        assert_eq!(names(&world, deniz).await, [""; 0]);
    }

    async fn programs_read_pages_and_the_trail_names_their_key(world: World) {
        let ayse = world.owner(AYSE).await;
        let program = program(ayse);
        for name in ["Bir", "İki", "Üç"] {
            agents::create(&world.context, program.write_agents().unwrap(), form(name)).await.unwrap();
        }
        let read = program.read_agents().unwrap();
        let (first, more) = agents::list(&world.context, read, None, 2).await.unwrap();
        assert_eq!((first.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), more), (vec!["Üç", "İki"], true));
        let (rest, more) = agents::list(&world.context, read, Some(first[1].id()), 2).await.unwrap();
        assert_eq!((rest.len(), more), (1, false));
        let trail = trail(&world, ayse, "agents").await;
        // A key that is gone has no name any more.
        assert!(trail[0].2.contains(r#""key":"00000000-0000-0000-0000-000000000000""#), "{}", trail[0].2);
    }

    async fn a_number_is_of_the_country_of_the_organisation(world: World) {
        let ayse = world.owner(AYSE).await;
        crate::dashboard::move_to(&world, ayse, "Europe/Berlin").await;
        let kim = create(&world, ayse, AgentForm { number: "030 901820".into(), ..form("Kim") }).await.unwrap();
        assert_eq!(kim.number, "+4930901820");
        let wrong = create(&world, ayse, AgentForm { number: "+999 123 45 67".into(), ..form("Su") }).await.unwrap_err();
        assert_eq!(wrong.of("number"), Some(Code::PhoneInvalid));
    }
}
