//! Mail that leaves after the answer: the caller does not wait for a mail server, and how long
//! it takes tells nobody whether there was a mail at all.
//!
//! A mail is a job, noted in the transaction of what it tells of, sealed because its link may open an account, and sent
//! by whichever node is free ([decision 31](../../../docs/decisions/0031-mail-is-noted-with-what-it-tells.md)).

use std::sync::{Arc, Mutex, PoisonError};

use domain::{AppError, Language, OrganisationId, Staff, entrance::ForgotForm};
use entity::{job::Model, organisation};
use sea_orm::ConnectionTrait;
use serde_json::json;
use tokio_util::task::TaskTracker;

use crate::{
    Context,
    audit::{self, Entry},
    branding, counts,
    failure::OrInternal,
    jobs::{self, Failed, Kind, New},
    mail::{Mail, MailKind, Mailer},
};

#[derive(Clone)]
pub struct Outbox {
    mailer: Mailer,
    log_links: bool,
    tasks: TaskTracker,
    /// Where mails stay that nobody is to be sent.
    kept: Option<Arc<Mutex<Vec<Mail>>>>,
}

impl Outbox {
    /// `log_links` writes every mailed link into the log too: for a first run without a mail server.
    pub fn new(mailer: Mailer, log_links: bool) -> Self {
        Self { mailer, log_links, tasks: TaskTracker::new(), kept: None }
    }

    /// One that sends nothing: its mails stay in the process.
    pub(crate) fn keeping(&self) -> Self {
        Self { kept: Some(Arc::default()), ..Self::new(self.mailer.clone(), false) }
    }

    /// What a [`keeping`](Self::keeping) outbox has kept so far, the oldest first.
    pub(crate) fn kept(&self) -> Vec<Mail> {
        let kept = self.kept.iter().map(|kept| kept.lock().unwrap_or_else(PoisonError::into_inner).clone());
        kept.flatten().collect()
    }

    pub fn mailer(&self) -> &Mailer {
        &self.mailer
    }

    /// Does the rest of a use-case after its answer, where the time it takes would tell something. What
    /// fails unexpectedly has been logged where it failed.
    pub fn afterwards(&self, work: impl Future<Output = Result<(), AppError>> + Send + 'static) {
        let span = tracing::Span::current();
        self.tasks.spawn(tracing::Instrument::instrument(
            async move {
                if let Err(error) = work.await {
                    tracing::warn!(%error, "not finished after the answer");
                }
            },
            span,
        ));
    }

    /// Waits until everything that was to be done [`afterwards`](Self::afterwards) is.
    pub async fn settle(&self) {
        self.tasks.close();
        self.tasks.wait().await;
        self.tasks.reopen();
    }
}

impl Context {
    /// Notes a mail in the transaction of what it tells of.
    pub async fn post(&self, on: &impl ConnectionTrait, mail: &Mail) -> Result<(), AppError> {
        if self.outbox.log_links
            && let Some(link) = mail.kind.link()
        {
            tracing::info!(to = mail.to, link, "mailed a link");
        }
        if let Some(kept) = &self.outbox.kept {
            kept.lock().unwrap_or_else(PoisonError::into_inner).push(mail.clone());
            return Ok(());
        }
        let (payload, key) = (serde_json::to_vec(mail).or_internal()?, mail.id.simple().to_string());
        let new =
            New { id: mail.id, kind: Kind::Mail, key: &key, payload: Some(&payload), due_at: self.now() };
        jobs::note_for(self, on, mail.organisation, new).await
    }

    /// Finishes what was left for after the answer and sends every mail that is due.
    pub async fn deliver(&self) -> Result<(), AppError> {
        self.outbox.settle().await;
        jobs::run_due(self, Kind::Mail).await.map(drop)
    }
}

/// Posts a mail that says nothing but that it arrived. Errors: field `email`.
pub async fn try_mail(
    context: &Context,
    staff: Staff,
    form: ForgotForm,
    language: Language,
) -> Result<(), AppError> {
    let (to, inner) = (form.parse()?.into_string(), context.clone());
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                let kind = MailKind::Trial { link: inner.link("/") };
                let mail = Mail { id: inner.id(), to: to.clone(), language, organisation: None, kind };
                inner.post(on, &mail).await?;
                let entry = Entry {
                    after: json!({ "email": to }),
                    ..audit::personal(staff.person, "support.try_mail")
                };
                audit::record(&inner, on, entry).await
            })
        })
        .await
}

/// Sends one mail, with the logo that its organisation has now; a logo that can't be found is no reason to send nothing.
pub(crate) async fn deliver(context: &Context, job: &Model) -> Result<(), Failed> {
    let mail: Mail = serde_json::from_slice(&jobs::payload(context, job)?)
        .map_err(|_| Failed::ForGood("written by another version of the program".to_owned()))?;
    if mail.kind.stops_with_its_organisation() && is_leaving(context, mail.organisation).await? {
        return Ok(());
    }
    let brand = match mail.organisation {
        Some(organisation) => branding::brand_of(context, organisation).await.unwrap_or_default(),
        None => None,
    };
    let sent = context.outbox.mailer.send(&mail, brand.as_ref(), context.now()).await;
    counts::mail(sent.is_ok());
    sent.map_err(|failure| match failure.is_for_good() {
        true => Failed::ForGood(failure.to_string()),
        false => Failed::ForNow(failure.to_string()),
    })
}

/// Whether the organisation of a mail is to be deleted: what waited for its people does not reach them any more.
async fn is_leaving(context: &Context, of: Option<OrganisationId>) -> Result<bool, AppError> {
    let Some(of) = of else { return Ok(false) };
    let row = organisation::Entity::by_id(of).one(context.database.read()).await.or_internal()?;
    Ok(row.is_none_or(|row| !row.stage().is_open()))
}
