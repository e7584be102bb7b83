//! What this process has done since it began, for the operator's monitoring: numbers only, of nobody in particular.
//!
//! One per process, like the log: counted where it happens, whoever asked for it. Every label is one of a few words of ours,
//! never an organisation's or a person's.

use std::{sync::LazyLock, time::Duration};

use prometheus_client::{
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::Registry,
};

use crate::jobs::Kind;

/// A name and a word for it.
type Label = (&'static str, &'static str);

static COUNTS: LazyLock<Counts> = LazyLock::new(Counts::new);

/// From a tenth of a millisecond to the ten seconds after which a connection is waited for no longer.
const WAITS: [f64; 11] = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0];

struct Counts {
    failures: Counter,
    jobs: Family<[Label; 2], Counter>,
    mails: Family<[Label; 1], Counter>,
    slots: Family<[Label; 1], Counter>,
    queries: Histogram,
    waits: Histogram,
}

impl Counts {
    /// Everything stands at 0: of a number that was never there nobody can tell that it rose.
    fn new() -> Self {
        let counts = Self {
            failures: Counter::default(),
            jobs: Family::default(),
            mails: Family::default(),
            slots: Family::default(),
            queries: Histogram::new(WAITS),
            waits: Histogram::new(WAITS),
        };
        for kind in Kind::ALL {
            for end in [End::Done, End::Retried, End::Dead] {
                _ = counts.jobs.get_or_create(&of_job(kind.word(), end));
            }
        }
        for outcome in ["sent", "failed"] {
            _ = counts.mails.get_or_create(&[("outcome", outcome)]);
        }
        for outcome in ["taken", "refused"] {
            _ = counts.slots.get_or_create(&[("outcome", outcome)]);
        }
        counts
    }
}

/// What became of one run of a job.
#[derive(Clone, Copy, Debug)]
pub(crate) enum End {
    Done,
    /// It failed and is tried again.
    Retried,
    /// It was given up.
    Dead,
}

fn of_job(kind: &'static str, end: End) -> [Label; 2] {
    let outcome = match end {
        End::Done => "done",
        End::Retried => "retried",
        End::Dead => "dead",
    };
    [("kind", kind), ("outcome", outcome)]
}

/// A failure that nobody expected: it is in the log.
pub(crate) fn failure() {
    COUNTS.failures.inc();
}

pub(crate) fn job(kind: Kind, end: End) {
    COUNTS.jobs.get_or_create(&of_job(kind.word(), end)).inc();
}

/// A mail that was handed to the mail server, or that it did not take this time.
pub(crate) fn mail(sent: bool) {
    COUNTS.mails.get_or_create(&[("outcome", if sent { "sent" } else { "failed" })]).inc();
}

/// A slot that was asked for.
pub(crate) fn slot(taken: bool) {
    COUNTS.slots.get_or_create(&[("outcome", if taken { "taken" } else { "refused" })]).inc();
}

/// How long a query took once it had a connection.
pub(crate) fn query(took: Duration) {
    COUNTS.queries.observe(took.as_secs_f64());
}

/// How long somebody waited until their write could begin.
pub(crate) fn write_began(after: Duration) {
    COUNTS.waits.observe(after.as_secs_f64());
}

/// Adds all of it to what a server shows.
pub fn register(registry: &mut Registry) {
    let Counts { failures, jobs, mails, slots, queries, waits } = &*COUNTS;
    registry.register(
        "ayar_unexpected_failures",
        "Failures that nobody expected, each with its cause in the log",
        failures.clone(),
    );
    registry.register("ayar_job_runs", "Runs of jobs on this node, by kind and outcome", jobs.clone());
    registry.register("ayar_mails", "Mails that this node sent, or could not send that time", mails.clone());
    registry.register("ayar_slot_requests", "Slots that were asked for on this node", slots.clone());
    registry.register(
        "ayar_database_query_seconds",
        "How long a query took, once it had a connection",
        queries.clone(),
    );
    registry.register(
        "ayar_database_write_wait_seconds",
        "How long a write waited until it could begin: for a connection and, on SQLite, for the writer before it",
        waits.clone(),
    );
}

#[cfg(test)]
mod tests {
    use prometheus_client::encoding::prometheus_text::encode;

    use super::*;

    fn shown() -> String {
        let (mut registry, mut text) = (Registry::default(), String::new());
        register(&mut registry);
        encode(&mut text, &registry).unwrap();
        text
    }

    fn value(text: &str, name: &str) -> f64 {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("{name} is not in:\n{text}")).trim().parse().unwrap()
    }

    #[test]
    fn what_has_not_happened_yet_stands_at_nought() {
        let text = shown();
        for kind in Kind::ALL {
            for outcome in ["done", "retried", "dead"] {
                value(
                    &text,
                    &format!("ayar_job_runs_total{{kind=\"{}\",outcome=\"{outcome}\"}}", kind.word()),
                );
            }
        }
        for name in ["ayar_mails_total{outcome=\"failed\"}", "ayar_slot_requests_total{outcome=\"refused\"}"]
        {
            value(&text, name);
        }
    }

    #[test]
    fn each_count_has_its_own_line() {
        let before = shown();
        failure();
        job(Kind::Digest, End::Dead);
        mail(false);
        slot(false);
        slot(true);
        query(Duration::from_millis(3));
        write_began(Duration::from_millis(3));
        let after = shown();
        for name in [
            "ayar_unexpected_failures_total",
            "ayar_job_runs_total{kind=\"digest\",outcome=\"dead\"}",
            "ayar_mails_total{outcome=\"failed\"}",
            "ayar_slot_requests_total{outcome=\"refused\"}",
            "ayar_slot_requests_total{outcome=\"taken\"}",
            "ayar_database_query_seconds_bucket{le=\"0.005\"}",
            "ayar_database_write_wait_seconds_count",
            "ayar_database_write_wait_seconds_bucket{le=\"0.005\"}",
        ] {
            assert!(value(&after, name) >= value(&before, name) + 1.0, "{name}\n{after}");
        }
    }
}
