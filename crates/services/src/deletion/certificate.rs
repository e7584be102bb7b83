//! The certificate: what was removed, how much of it and when, signed with the server's own keys, for the former owners.
//!
//! The signature is the hash of what it says, sealed for this one certificate; only the server that made it can check it. It
//! stays in the database too, so that one whose key was retired can still be compared.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{AppError, Code, Language, OrganisationId, Role, deletion::Stage};
use entity::{
    deletion_certificate::{ActiveModel, Column, Entity},
    deletion_step, invoice, membership, organisation, person,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter,
    sea_query::Expr,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{find, steps};
use crate::{
    Context,
    failure::{OrInternal, internal},
    mail::{DeletionNews, Mail, MailKind},
    sealing::Place,
    token::PlainToken,
    zones,
};

/// Whom it is for, noted before their rows go.
#[derive(Serialize, Deserialize)]
struct Recipient {
    email: String,
    language: Language,
}

/// What it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Statement {
    certificate: Uuid,
    server: String,
    organisation: Uuid,
    name: String,
    requested_by: String,
    requested_at: DateTime<Utc>,
    begun_at: DateTime<Utc>,
    finished_at: DateTime<Utc>,
    /// Rows by table, accounts and files.
    removed: BTreeMap<String, u64>,
    kept: BTreeMap<String, u64>,
}

/// The file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signed {
    statement: Statement,
    signature: String,
}

/// Notes who asked for it and whom it is for.
pub(super) async fn begin(
    context: &Context,
    on: &DatabaseTransaction,
    of: OrganisationId,
) -> Result<(), AppError> {
    let row = find(on, of).await?.ok_or(Code::NotFound)?;
    let owners = membership::Entity::in_organisation(of)
        .filter(membership::Column::Role.eq(Role::Owner.as_str()))
        .find_also_related(person::Entity)
        .all(on)
        .await
        .or_internal()?;
    let recipients: Vec<Recipient> = owners
        .into_iter()
        .filter_map(|(_, person)| person)
        .map(|person| Recipient {
            language: person.language().unwrap_or(row.language()),
            email: person.email,
        })
        .collect();
    let by = match row.deletion_requested_by {
        Some(id) => person::Entity::find_by_id(id).one(on).await.or_internal()?,
        None => None,
    };
    let now = context.now();
    let new = ActiveModel {
        id: Set(context.id()),
        organisation_id: Set(of.0),
        token_hash: Set(None),
        requested_by: Set(by.map(|person| format!("{} <{}>", person.name, person.email)).unwrap_or_default()),
        requested_at: Set(row.deletion_requested_at.unwrap_or(now)),
        begun_at: Set(now),
        issued_at: Set(None),
        recipients: Set(Some(serde_json::to_string(&recipients).or_internal()?)),
        body: Set(None),
    };
    Entity::insert(new).exec_without_returning(on).await.or_internal()?;
    Ok(())
}

/// Every step is done: signs the certificate, mails it, and leaves nothing of the organisation but its name, for a while.
pub(super) async fn finish(context: &Context, of: OrganisationId) -> Result<(), AppError> {
    let inner = context.clone();
    let finished = context.database.write(move |on| {
        Box::pin(async move {
            // What a straggler has written since its table was emptied.
            for (step, what) in steps::all() {
                while what.remove_on(on, step, of).await? > 0 {}
            }
            let gone = strip(on, of, inner.now()).await?;
            if gone == 0 {
                return Ok(());
            }
            issue(&inner, on, of).await
        })
    });
    finished.await
}

async fn strip(on: &DatabaseTransaction, of: OrganisationId, now: DateTime<Utc>) -> Result<u64, AppError> {
    let empty = organisation::ActiveModel {
        email: Set(String::new()),
        phone: Set(String::new()),
        website: Set(String::new()),
        address: Set(String::new()),
        photo: Set(None),
        support_access: Set(false),
        support_until: Set(None),
        support_allowed_by: Set(None),
        support_forced_until: Set(None),
        changed_by: Set(None),
        deletion: Set(Stage::Gone.word().to_owned()),
        deletion_requested_by: Set(None),
        deleted_at: Set(Some(now)),
        ..Default::default()
    };
    let stripped = organisation::Entity::update_many()
        .set(empty)
        .filter(organisation::Column::Id.eq(of.0))
        .filter(organisation::Column::Deletion.eq(Stage::Deleting.word()))
        .exec(on)
        .await
        .or_internal()?;
    Ok(stripped.rows_affected)
}

async fn issue(context: &Context, on: &DatabaseTransaction, of: OrganisationId) -> Result<(), AppError> {
    let row = Entity::in_organisation(of).one(on).await.or_internal()?;
    let row = row.ok_or_else(|| internal("a deletion that was never begun"))?;
    let organisation = find(on, of).await?.ok_or(Code::NotFound)?;
    let steps = deletion_step::Entity::in_organisation(of).all(on).await.or_internal()?;
    let removed: BTreeMap<String, u64> = steps
        .into_iter()
        .filter(|step| step.rows > 0)
        .map(|step| (step.step, step.rows.unsigned_abs()))
        .collect();
    let invoices = invoice::Entity::in_organisation(of).count(on).await.or_internal()?;
    let (now, token) = (context.now(), PlainToken::random());
    let statement = Statement {
        certificate: row.id,
        server: context.settings.origin.clone(),
        organisation: of.0,
        name: organisation.name.clone(),
        requested_by: row.requested_by,
        requested_at: row.requested_at,
        begun_at: row.begun_at,
        finished_at: now,
        removed,
        kept: BTreeMap::from([("invoice".to_owned(), invoices)]),
    };
    let signature = context.keys.seal(&Place::Certificate(row.id), &digest(&statement)?)?;
    let link = context.link(&format!("/deletion-certificate/{}", token.reveal()));
    let told = |at| zones::told(&organisation.time_zone, at);
    let count = |step: &str| statement.removed.get(step).copied().unwrap_or_default();
    let news = DeletionNews::Done {
        requested: told(statement.requested_at),
        finished: told(now),
        customers: count("customer"),
        calls: count("call"),
        files: count("object"),
        invoices,
    };
    let recipients: Vec<Recipient> =
        serde_json::from_str(row.recipients.as_deref().unwrap_or("[]")).or_internal()?;
    for Recipient { email, language } in recipients {
        let (news, link) = (Box::new(news.clone()), link.clone());
        let kind = MailKind::Deletion { news, organisation: organisation.name.clone(), link };
        let mail = Mail { id: context.id(), to: email, language, organisation: None, kind };
        context.post(on, &mail).await?;
    }
    let body = serde_json::to_string_pretty(&Signed { statement, signature }).or_internal()?;
    Entity::update_many()
        .col_expr(Column::TokenHash, Expr::value(Some(token.hash().0)))
        .col_expr(Column::IssuedAt, Expr::value(Some(now)))
        .col_expr(Column::Recipients, Expr::value(None::<String>))
        .col_expr(Column::Body, Expr::value(Some(body)))
        .filter(Column::Id.eq(row.id))
        .exec(on)
        .await
        .or_internal()?;
    Ok(())
}

/// Its fields in the order of their declaration, whatever the file looked like.
fn digest(statement: &Statement) -> Result<Vec<u8>, AppError> {
    Ok(Sha256::digest(serde_json::to_vec(statement).or_internal()?).to_vec())
}

/// The file behind a mailed address: its name and what it says. Errors: `NotFound`.
pub async fn read_certificate(context: &Context, token: &str) -> Result<(String, String), AppError> {
    let hash = PlainToken::received(token).hash().0;
    let row = Entity::by_token_hash(&hash).one(context.database.read()).await.or_internal()?;
    let row = row.ok_or(Code::NotFound)?;
    let body = row.body.ok_or(Code::NotFound)?;
    Ok((format!("certificate-{}.json", row.id), body))
}

/// What was found out about a file that says it is a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checked {
    /// This server signed exactly this.
    Signed { name: String, finished_at: DateTime<Utc> },
    /// Its key was retired, but letter by letter it is the one that is kept here.
    Kept { name: String, finished_at: DateTime<Utc> },
    /// Made up, changed, or of another server.
    Wrong,
}

pub async fn check_certificate(context: &Context, file: &str) -> Result<Checked, AppError> {
    let Ok(Signed { statement, signature }) = serde_json::from_str::<Signed>(file) else {
        return Ok(Checked::Wrong);
    };
    let (name, finished_at) = (statement.name.clone(), statement.finished_at);
    let opened = context.keys.open_received(&Place::Certificate(statement.certificate), &signature);
    if opened.is_some_and(|signed| digest(&statement).is_ok_and(|digest| signed == digest)) {
        return Ok(Checked::Signed { name, finished_at });
    }
    let kept = Entity::find_by_id(statement.certificate).one(context.database.read()).await.or_internal()?;
    let same = kept.and_then(|row| row.body).is_some_and(|body| body.trim() == file.trim());
    Ok(if same { Checked::Kept { name, finished_at } } else { Checked::Wrong })
}
