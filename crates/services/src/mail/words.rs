//! The words of each mail. What somebody typed stands in a body only, and only if it reads like a name.

use domain::{
    Language, Role,
    notifications::{News, Period},
    plan::Plan,
    support::Mode,
};

use super::{Belonging, DeletionNews, Digest, ExportNews, Item, MailKind, Notice, PlanNews, SupportNews};
use crate::notifications::{Line, line};

/// What a mail says. The subject never holds anything that somebody typed.
pub(super) struct Words {
    pub subject: &'static str,
    pub body: String,
    pub button: &'static str,
    pub note: &'static str,
}

pub(super) fn words(kind: &MailKind, l: Language) -> Words {
    use texts::mail as t;
    let (subject, body, button, note) = match kind {
        MailKind::VerifyAddress { .. } => {
            (t::verify_subject(l), t::verify_body(l).to_owned(), t::verify_button(l), t::verify_note(l))
        }
        MailKind::AlreadyRegistered { .. } => (
            t::registered_subject(l),
            t::registered_body(l).to_owned(),
            t::registered_button(l),
            t::registered_note(l),
        ),
        MailKind::ResetPassword { .. } => {
            (t::reset_subject(l), t::reset_body(l).to_owned(), t::reset_button(l), t::reset_note(l))
        }
        MailKind::ConfirmEmail { .. } => {
            (t::email_subject(l), t::email_body(l).to_owned(), t::email_button(l), t::email_note(l))
        }
        MailKind::EmailConfirmed { .. } => (
            t::email_done_subject(l),
            t::email_done_body(l).to_owned(),
            t::registered_button(l),
            t::email_done_note(l),
        ),
        MailKind::SetUpTwoFactor { organisation, .. } => (
            t::set_up_subject(l),
            t::set_up_body(l, plain(organisation).unwrap_or_else(|| t::your_company(l).to_owned())),
            t::set_up_button(l),
            t::set_up_note(l),
        ),
        MailKind::Belonging { about, organisation, .. } => return belonging(about, organisation, l),
        MailKind::Support { news, organisation, .. } => return support(news, organisation, l),
        MailKind::Plan { news, organisation, .. } => return plan(news, organisation, l),
        MailKind::UpstreamRolledBack { organisation, refused_end, at, .. } => (
            t::upstream_subject(l),
            t::upstream_body(
                l,
                at,
                refused_end,
                plain(organisation).unwrap_or_else(|| t::your_company(l).to_owned()),
            ),
            t::upstream_button(l),
            t::upstream_note(l),
        ),
        MailKind::News { news, organisation, .. } => return told(news, organisation, l),
        MailKind::Digest { digest, organisation, .. } => return digested(digest, organisation, l),
        MailKind::Export { news, organisation, .. } => {
            let company = plain(organisation).unwrap_or_else(|| t::your_company(l).to_owned());
            match news {
                ExportNews::Ready { until } => (
                    t::export_subject(l),
                    t::export_body(l, company, until),
                    t::export_button(l),
                    t::export_note(l),
                ),
                ExportNews::Failed => (
                    t::export_failed_subject(l),
                    t::export_failed_body(l, company),
                    t::export_failed_button(l),
                    t::export_failed_note(l),
                ),
            }
        }
        MailKind::Deletion { news, organisation, .. } => return deletion(news, organisation, l),
        MailKind::AccountDeleted { .. } => (
            t::account_deleted_subject(l),
            t::account_deleted_body(l).to_owned(),
            t::account_deleted_button(l),
            t::account_deleted_note(l),
        ),
        MailKind::Trial { .. } => {
            (t::trial_subject(l), t::trial_body(l).to_owned(), t::trial_button(l), t::trial_note(l))
        }
        MailKind::Notice { notice, .. } => {
            let (subject, body) = happened(notice, l);
            let note = match notice {
                Notice::TwoFactorOn | Notice::AppAdded | Notice::PasskeyAdded { .. } => {
                    t::not_me_added_note(l)
                }
                _ => t::not_me_note(l),
            };
            (subject, body, t::not_me_button(l), note)
        }
    };
    Words { subject, body, button, note }
}

fn belonging(about: &Belonging, organisation: &str, l: Language) -> Words {
    use texts::mail as t;
    let named = |name: &str, instead: &'static str| plain(name).unwrap_or_else(|| instead.to_owned());
    let company = named(organisation, t::your_company(l));
    let role_word = |role: &Role| match role {
        Role::Member => t::as_member(l),
        Role::Admin => t::as_admin(l),
        Role::Owner => t::as_owner(l),
    };
    let (subject, body, button, note) = match about {
        Belonging::Invited { inviter, role } => {
            let (company, inviter) =
                (named(organisation, t::some_company(l)), named(inviter, t::somebody(l)));
            let body = t::invitation_body(l, inviter, company, role_word(role));
            (t::invitation_subject(l), body, t::invitation_button(l), t::invitation_note(l))
        }
        Belonging::RoleChanged { role } => {
            let body = t::role_changed_body(l, company, role_word(role));
            (t::role_changed_subject(l), body, t::members_button(l), t::members_note(l))
        }
        Belonging::OwnershipTransferred { from, to } => {
            let (from, to) = (named(from, t::some_owner(l)), named(to, t::some_member(l)));
            let body = t::ownership_body(l, from, company, to);
            (t::ownership_subject(l), body, t::members_button(l), t::members_note(l))
        }
        Belonging::Removed => {
            (t::removed_subject(l), t::removed_body(l, company), t::registered_button(l), t::removed_note(l))
        }
    };
    Words { subject, body, button, note }
}

/// Until the last moment nothing is lost, and every mail says so.
fn deletion(news: &DeletionNews, organisation: &str, l: Language) -> Words {
    use texts::deletion as t;
    let company = plain(organisation).unwrap_or_else(|| texts::mail::your_company(l).to_owned());
    let named = |name: &str| plain(name).unwrap_or_else(|| texts::mail::somebody(l).to_owned());
    let (subject, body, button, note) = match news {
        DeletionNews::Requested { by, at } => (
            t::mail_requested_subject(l),
            t::mail_requested_body(l, at, named(by), company),
            t::mail_restore_button(l),
            t::mail_restore_note(l),
        ),
        DeletionNews::Near { at } => (
            t::mail_near_subject(l),
            t::mail_near_body(l, at, company),
            t::mail_restore_button(l),
            t::mail_restore_note(l),
        ),
        DeletionNews::Restored { by } => {
            let body = match by {
                Some(by) => t::mail_restored_body(l, named(by), company),
                None => t::mail_restored_by_support_body(l, company),
            };
            (t::mail_restored_subject(l), body, texts::mail::registered_button(l), t::mail_restored_note(l))
        }
        DeletionNews::Done { requested, finished, customers, calls, files, invoices } => (
            t::mail_done_subject(l),
            format!(
                "{}\n\n{}",
                t::mail_done_body(l, company, finished, requested),
                t::mail_done_counts(l, calls, customers, files, invoices)
            ),
            t::mail_done_button(l),
            t::mail_done_note(l),
        ),
    };
    Words { subject, body, button, note }
}

/// What holds after the trial is said with its figures: nobody should have to look them up.
fn plan(news: &PlanNews, organisation: &str, l: Language) -> Words {
    use texts::mail as t;
    let company = plain(organisation).unwrap_or_else(|| t::your_company(l).to_owned());
    let (tried, after) = (Plan::TRIAL.name(), Plan::AFTER_TRIAL);
    let has = t::plan_has(l, after.name(), after.seats(), after.slots());
    let (subject, body) = match news {
        PlanNews::TrialEnds { at } => {
            (t::trial_ends_subject(l), t::trial_ends_body(l, at, has, company, tried))
        }
        PlanNews::TrialEnded => (t::trial_ended_subject(l), t::trial_ended_body(l, has, company, tried)),
        PlanNews::Agreed { slots } => {
            let body = t::plan_agreed_body(l, company, Plan::Enterprise.name(), slots);
            (t::plan_agreed_subject(l), body)
        }
    };
    let button = match news {
        PlanNews::Agreed { .. } => t::plan_look(l),
        _ => t::plan_button(l),
    };
    Words { subject, body, button, note: t::plan_note(l) }
}

fn told(news: &News, organisation: &str, l: Language) -> Words {
    use texts::notifications as t;
    let company = plain(organisation).unwrap_or_else(|| texts::mail::your_company(l).to_owned());
    let subject = match news {
        News::Invitation { .. } => t::subject_invitation(l),
        News::LowCredit { .. } => t::subject_low_credit(l),
        News::Invoice { taken: None, .. } => t::subject_invoice(l),
        News::Invoice { taken: Some(_), .. } => t::subject_credited(l),
        News::SystemUpdate { .. } => t::subject_system_update(l),
    };
    let Line { title, text } = line(&readable(news, l), l);
    let body = text.map_or_else(|| t::mail_about(l, company, &title), |text| format!("{title}\n\n{text}"));
    Words { subject, body, button: t::mail_button(l), note: t::mail_note(l) }
}

fn digested(digest: &Digest, organisation: &str, l: Language) -> Words {
    use texts::notifications as t;
    let company = plain(organisation).unwrap_or_else(|| texts::mail::your_company(l).to_owned());
    let subject = match digest.period {
        Some(Period::Daily) => t::subject_daily(l),
        Some(Period::Weekly) => t::subject_weekly(l),
        None => t::subject_flushed(l),
    };
    let mut lines = vec![match &digest.from_to {
        Some((from, until, None)) => t::digest_about(l, company, from, until),
        Some((from, until, Some(hours))) => t::digest_about_moved(l, company, from, hours, until),
        None => t::digest_flushed(l, company),
    }];
    lines.push(String::new());
    lines.extend(digest.items.iter().map(|Item { at, news }| {
        let Line { title, text } = line(&readable(news, l), l);
        let text = text.map(|text| format!("\n  {}", text.replace('\n', "\n  "))).unwrap_or_default();
        format!("- {at}: {title}{text}")
    }));
    if digest.more > 0 {
        lines.push(t::digest_more(l, digest.more));
    }
    Words { subject, body: lines.join("\n"), button: t::digest_button(l), note: t::mail_note(l) }
}

/// What somebody typed stands in a mail only if it reads like a name.
fn readable(news: &News, l: Language) -> News {
    match news {
        News::Invitation { inviter, invited } => News::Invitation {
            inviter: plain(inviter).unwrap_or_else(|| texts::mail::somebody(l).to_owned()),
            invited: invited.clone(),
        },
        news => news.clone(),
    }
}

/// Lines, one thing each. Staff are the vendor's own people: their reason is told as they wrote it.
fn support(news: &SupportNews, organisation: &str, l: Language) -> Words {
    use texts::support as t;
    let company = plain(organisation).unwrap_or_else(|| texts::mail::your_company(l).to_owned());
    let named = |staff: &str| plain(staff).unwrap_or_else(|| t::somebody(l).to_owned());
    let (subject, lines) = match news {
        SupportNews::Entered { staff, reason, ticket, mode, until, is_forced } => {
            let may = match mode {
                Mode::Read => t::mail_reads(l),
                Mode::Write => t::mail_writes(l),
            };
            let ticket = ticket.as_ref().map(|ticket| t::mail_ticket(l, ticket));
            let mut lines = vec![t::mail_entered(l, company, named(staff)), t::mail_reason(l, reason)];
            lines.extend(ticket);
            lines.extend(is_forced.then(|| t::mail_entered_forced(l).to_owned()));
            lines.extend([may.to_owned(), t::mail_until(l, until)]);
            (t::mail_entered_subject(l), lines)
        }
        SupportNews::Ended { staff, reason, how, at, done } => {
            let how = t::by_key(l, &format!("ended_{}", how.word())).unwrap_or_default();
            let mut lines = vec![
                t::mail_ended(l, company, named(staff)),
                t::mail_reason(l, reason),
                t::mail_ended_at(l, at, how),
            ];
            match done.is_empty() {
                true => lines.push(t::mail_nothing_done(l).to_owned()),
                false => lines.push(t::mail_done(l).to_owned()),
            }
            lines.extend(done.iter().map(|(at, action)| {
                let key = format!("action_{}", action.replace('.', "_"));
                format!("- {at}: {}", texts::audit::by_key(l, &key).unwrap_or(action))
            }));
            (t::mail_ended_subject(l), lines)
        }
        SupportNews::Forced { reason, until } => {
            let lines = vec![t::mail_forced(l, company), t::mail_reason(l, reason), t::mail_until(l, until)];
            (t::mail_forced_subject(l), lines)
        }
    };
    Words { subject, body: lines.join("\n"), button: t::mail_button(l), note: t::mail_note(l) }
}

pub(super) fn happened(notice: &Notice, l: Language) -> (&'static str, String) {
    use texts::mail as t;
    let named = |name: &str| plain(name).unwrap_or_else(|| t::name_hidden(l).to_owned());
    match notice {
        Notice::NewSignIn { browser, address, at } => {
            let browser = if browser.is_empty() { t::unknown_browser(l) } else { browser };
            (t::new_sign_in_subject(l), t::new_sign_in_body(l, address, at, browser))
        }
        Notice::TwoFactorOn => (t::two_factor_on_subject(l), t::two_factor_on_body(l).to_owned()),
        Notice::TwoFactorReplaced => {
            (t::two_factor_replaced_subject(l), t::two_factor_replaced_body(l).to_owned())
        }
        Notice::TwoFactorOff => (t::two_factor_off_subject(l), t::two_factor_off_body(l).to_owned()),
        Notice::AppAdded => (t::app_added_subject(l), t::app_added_body(l).to_owned()),
        Notice::AppRemoved => (t::app_removed_subject(l), t::app_removed_body(l).to_owned()),
        Notice::TwoFactorReset => (t::two_factor_reset_subject(l), t::two_factor_reset_body(l).to_owned()),
        Notice::TwoFactorResetByOperator => {
            (t::two_factor_reset_subject(l), t::operator_reset_body(l).to_owned())
        }
        Notice::BackupCodeUsed { left } if *left < domain::account::FEW_BACKUP_CODES as u64 => {
            (t::codes_few_subject(l), t::codes_few_body(l, left))
        }
        Notice::BackupCodeUsed { left } => (t::code_used_subject(l), t::code_used_body(l, left)),
        Notice::CodesReplaced => (t::codes_replaced_subject(l), t::codes_replaced_body(l).to_owned()),
        Notice::PasskeyAdded { name, is_first: true } => {
            (t::two_factor_on_subject(l), t::first_passkey_body(l, named(name)))
        }
        Notice::PasskeyAdded { name, .. } => {
            (t::passkey_added_subject(l), t::passkey_added_body(l, named(name)))
        }
        Notice::PasskeyRemoved { name, was_last: true } => {
            (t::two_factor_off_subject(l), t::last_passkey_body(l, named(name)))
        }
        Notice::PasskeyRemoved { name, .. } => {
            (t::passkey_removed_subject(l), t::passkey_removed_body(l, named(name)))
        }
        Notice::PasswordChanged => (t::changed_subject(l), t::changed_body(l).to_owned()),
        Notice::EmailChanging { to } => (t::email_changing_subject(l), t::email_changing_body(l, to)),
        Notice::EmailChanged { to } => (t::email_changed_subject(l), t::email_changed_body(l, to)),
    }
}

/// Greets by name, unless the "name" is an advertisement.
pub(super) fn greeting(name: &str, language: Language) -> String {
    match plain(name) {
        Some(name) => texts::mail::greeting_name(language, name),
        None => texts::mail::greeting(language).to_owned(),
    }
}

/// A name that may stand in a mail: anybody can sign up with somebody else's address, and the mail must not
/// carry a stranger's message or link to it.
fn plain(name: &str) -> Option<String> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = !name.is_empty()
        && name.chars().count() <= 60
        && !name.contains(['/', ':', '@', '<', '>'])
        && !name.split('.').skip(1).any(is_domain_like);
    plain.then_some(name)
}

/// Whether what follows a dot could be the end of a domain or of an address of figures: `A.Ş.` and `Ltd.Şti.` could not.
fn is_domain_like(after_dot: &str) -> bool {
    let word = after_dot.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let is_label = word.len() >= 2 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_label || word.bytes().any(|byte| byte.is_ascii_digit())
}
