//! How things stand: the database and its pools, the jobs, the slots. Read when somebody asks, and what the database says is
//! left out when it is silent: a number of an hour ago would look like one of now.

use std::time::Duration;

use domain::AppError;
use prometheus_client::{
    metrics::{family::Family, gauge::Gauge},
    registry::Registry,
};
use services::{
    Context,
    database::Pool,
    jobs::{self, Queue},
    slots,
};

/// How long the database may take. Monitoring waits ten seconds as a rule, a full pool keeps one waiting longer, and that is
/// when the rest of the numbers is needed most.
const PATIENCE: Duration = Duration::from_secs(2);

type Label = (&'static str, &'static str);

#[derive(Debug, Default)]
pub struct State {
    database_up: Gauge,
    connections: Family<[Label; 2], Gauge>,
    most_connections: Family<[Label; 1], Gauge>,
    jobs: Family<[Label; 2], Gauge>,
    oldest_jobs: Family<[Label; 1], Gauge>,
    slots: Family<[Label; 0], Gauge>,
}

impl State {
    pub fn new(registry: &mut Registry) -> Self {
        let state = Self::default();
        registry.register(
            "ayar_database_up",
            "1 if the database answered within two seconds just now",
            state.database_up.clone(),
        );
        registry.register(
            "ayar_database_connections",
            "Open connections of this node, by pool and state",
            state.connections.clone(),
        );
        registry.register(
            "ayar_database_connections_max",
            "How many a pool may have",
            state.most_connections.clone(),
        );
        registry.register(
            "ayar_jobs",
            "Work in the background, of all nodes, by kind and state",
            state.jobs.clone(),
        );
        registry.register(
            "ayar_jobs_oldest_seconds",
            "How long the first of the waiting has been due",
            state.oldest_jobs.clone(),
        );
        registry.register("ayar_slots_in_use", "Slots that are held now, on all nodes", state.slots.clone());
        state
    }

    pub async fn read(&self, context: &Context) {
        // Before this itself takes a connection.
        context.database.pools().into_iter().for_each(|pool| self.note_pool(pool));
        let told = tokio::time::timeout(PATIENCE, ask(context)).await;
        let told = told.ok().and_then(Result::ok);
        self.database_up.set(told.is_some().into());
        match told {
            Some((queues, slots)) => {
                let now = context.now().timestamp();
                queues.into_iter().for_each(|queue| self.note_queue(queue, now));
                self.slots.get_or_create(&[]).set(whole(slots));
            }
            None => {
                self.jobs.clear();
                self.oldest_jobs.clear();
                self.slots.clear();
            }
        }
    }

    fn note_pool(&self, pool: Pool) {
        let Pool { name, in_use, idle, most } = pool;
        for (state, count) in [("in_use", in_use), ("idle", idle)] {
            self.connections.get_or_create(&[("pool", name), ("state", state)]).set(count.into());
        }
        self.most_connections.get_or_create(&[("pool", name)]).set(most.into());
    }

    fn note_queue(&self, queue: Queue, now: i64) {
        let Queue { kind, waiting, running, later, dead, oldest } = queue;
        let kind = ("kind", kind.word());
        for (state, count) in [("waiting", waiting), ("running", running), ("later", later), ("dead", dead)] {
            self.jobs.get_or_create(&[kind, ("state", state)]).set(whole(count));
        }
        let seconds = oldest.map_or(0, |at| (now - at.timestamp()).max(0));
        self.oldest_jobs.get_or_create(&[kind]).set(seconds);
    }
}

async fn ask(context: &Context) -> Result<(Vec<Queue>, u64), AppError> {
    Ok((jobs::load_queues(context).await?, slots::count_all(context).await?))
}

fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use prometheus_client::encoding::prometheus_text::encode;
    use services::jobs::Kind;

    use super::*;

    #[test]
    fn each_kind_of_work_is_told_in_each_state() {
        let mut registry = Registry::default();
        let state = State::new(&mut registry);
        let oldest = DateTime::from_timestamp(1_000, 0);
        state
            .note_queue(Queue { kind: Kind::Mail, waiting: 3, running: 1, later: 0, dead: 2, oldest }, 1_060);
        let mut text = String::new();
        encode(&mut text, &registry).unwrap();
        for line in [
            "ayar_jobs{kind=\"mail\",state=\"waiting\"} 3",
            "ayar_jobs{kind=\"mail\",state=\"dead\"} 2",
            "ayar_jobs_oldest_seconds{kind=\"mail\"} 60",
        ] {
            assert!(text.lines().any(|other| other == line), "{line}\n{text}");
        }
    }
}
