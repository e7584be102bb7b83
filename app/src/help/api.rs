//! Which questions there are, and what is answered, in the page's language.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Error;

#[cfg(feature = "ssr")]
use {
    crate::{paths, server_side as server},
    domain::{Language, Role, data::LOGS, knowledge::UNDO, plan::Plan},
    services::{
        help::{self, Facts},
        hours,
        session::Visit,
        zones,
    },
    texts::help as t,
};

/// Questions that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topic {
    pub title: String,
    pub answers: Vec<Answer>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub question: String,
    /// What always holds.
    pub text: String,
    /// What holds here and now.
    pub now: Option<String>,
    /// The room it is about: address and name.
    pub link: Option<(String, String)>,
}

#[server(endpoint = "help/load-help", protocol = crate::protocol::FormToJson)]
pub async fn load_help() -> Result<Vec<Topic>, Error> {
    let (context, member, visit) = (server::context()?, server::member()?, server::visit()?);
    let l = server::facts().language;
    let (_, now) = hours::explain_now(&context, &visit)?;
    let open = server::open_text(l, &now);
    let facts = help::load_facts(&context, member).await?;
    Ok(answers(l, &visit, member.role, open, facts))
}

#[cfg(feature = "ssr")]
fn answers(l: Language, visit: &Visit, role: Role, open: String, facts: Facts) -> Vec<Topic> {
    let administers = role >= Role::Admin;
    let at = |at| server::instant(visit, l, at);
    // To rooms that the reader can open.
    let link = |href: &str, name: &str| Some((href.to_owned(), name.to_owned()));
    let for_admins = |href: &str, name: &str| link(href, name).filter(|_| administers);
    let zone =
        zones::parse(&facts.time_zone).map_or_else(|_| facts.time_zone.clone(), |zone| zones::label(zone, l));
    let zone_now = match &facts.zone_set {
        Some(set) => match &set.by {
            Some(name) => t::zone_now_by(l, at(set.at), name, &zone),
            None => t::zone_now_since(l, at(set.at), &zone),
        },
        None => t::zone_now(l, &zone),
    };
    let plan = facts.subscription.plan;
    let slots_now = match facts.subscription.trial_ends_at {
        Some(end) => t::slots_now_trial(l, at(end), plan.name(), facts.slots),
        None => t::slots_now(l, plan.name(), facts.slots),
    };
    let plans: Vec<String> = Plan::ALL
        .into_iter()
        .map(|plan| match plan {
            Plan::Enterprise => t::plan_slots_more(l, plan.name(), plan.slots()),
            plan => t::plan_slots(l, plan.name(), plan.slots()),
        })
        .collect();
    let files_now = match facts.files {
        0 => t::files_none(l).to_owned(),
        files => t::files_now(l, facts.categories, files, facts.uncategorised),
    };
    let required_now = match (facts.two_factor_required, facts.without_two_factor) {
        (true, Some(0)) => t::required_now_all(l).to_owned(),
        (true, Some(without)) => t::required_now_without(l, without),
        (true, None) => t::required_now(l).to_owned(),
        (false, Some(without)) => t::not_required_without(l, without),
        (false, None) => t::not_required(l).to_owned(),
    };
    let own = if facts.has_two_factor { t::own_factor(l) } else { t::own_factor_none(l) };
    let idle = match facts.idle_limit.minutes() {
        Some(minutes) => t::idle_now(l, minutes),
        None => t::idle_none(l).to_owned(),
    };
    let consent = if facts.consent.allowed { t::consent_given(l) } else { t::consent_not_given(l) };
    let answer = |question: &str, text: String, now: Option<String>, link| Answer {
        question: question.to_owned(),
        text,
        now,
        link,
    };
    vec![
        Topic {
            title: t::topic_zone(l).to_owned(),
            answers: vec![
                answer(
                    t::zone_q(l),
                    t::zone_a(l).to_owned(),
                    Some(zone_now),
                    link(paths::GENERAL, texts::general::title(l)),
                ),
                answer(
                    t::old_data_q(l),
                    t::old_data_a(l).to_owned(),
                    None,
                    link(paths::REPORTS, texts::reports::title(l)),
                ),
                answer(
                    t::hours_q(l),
                    t::hours_a(l).to_owned(),
                    Some(open),
                    link(paths::HOURS, texts::hours::title(l)),
                ),
            ],
        },
        Topic {
            title: t::topic_calls(l).to_owned(),
            answers: vec![
                answer(
                    t::slots_q(l),
                    t::slots_a(l, plans.join(", ")),
                    Some(slots_now),
                    for_admins(paths::BILLING, texts::billing::title(l)),
                ),
                answer(
                    t::category_q(l),
                    t::category_a(l, UNDO.num_minutes()),
                    Some(files_now),
                    link(paths::KNOWLEDGE, texts::knowledge::title(l)),
                ),
            ],
        },
        Topic {
            title: t::topic_security(l).to_owned(),
            answers: vec![
                answer(
                    t::required_q(l),
                    t::required_a(l).to_owned(),
                    Some(required_now),
                    for_admins(paths::SECURITY, texts::security::title(l)),
                ),
                answer(
                    t::factor_q(l),
                    t::factor_a(l).to_owned(),
                    Some(own.to_owned()),
                    link(paths::ACCOUNT, texts::shell::nav_security(l)),
                ),
                answer(
                    t::new_factor_q(l),
                    t::new_factor_a(l).to_owned(),
                    None,
                    link(paths::ACCOUNT, texts::shell::nav_security(l)),
                ),
                answer(
                    t::session_q(l),
                    t::session_a(l).to_owned(),
                    Some(idle),
                    link(paths::SESSIONS, texts::shell::account_sessions(l)),
                ),
                answer(
                    t::support_q(l),
                    t::support_a(l).to_owned(),
                    Some(consent.to_owned()),
                    link(paths::GENERAL, texts::general::title(l)),
                ),
            ],
        },
        Topic {
            title: t::topic_data(l).to_owned(),
            answers: vec![
                answer(
                    t::kept_q(l),
                    t::kept_a(l, LOGS.num_days()),
                    None,
                    for_admins(paths::DATA, texts::data::title(l)),
                ),
                answer(
                    t::delete_q(l),
                    t::delete_a(l).to_owned(),
                    None,
                    link(paths::CUSTOMERS, texts::customers::title(l)),
                ),
                answer(
                    t::restore_q(l),
                    t::restore_a(l).to_owned(),
                    None,
                    for_admins(paths::DATA, texts::data::title(l)),
                ),
            ],
        },
    ]
}
