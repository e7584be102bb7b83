//! A new key for everything that is sealed. Row by row, so that it can be killed at any moment and run again: a
//! rotation that was begun is finished before another one begins.

use std::collections::BTreeMap;

use domain::{AppError, InvoiceId, OrganisationId, PersonId, SessionId};
use entity::{
    authenticator, enrolment, fresh_codes, fresh_key, invoice_secret, job, sealing_key, tax_identity,
    upstream, upstream_trial,
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr, sea_query::ExprTrait,
};
use uuid::Uuid;

use super::{KeyFailure, Place, key_of};
use crate::{Context, failure::OrInternal};

/// Rows sealed anew in one transaction.
const BATCH: u64 = 100;

/// What [`rotate`] did.
#[derive(Debug)]
pub struct Rotation {
    /// The key that seals now.
    pub key: String,
    /// Whether it was made by this run, or by one that did not end.
    pub is_new: bool,
    pub resealed: u64,
}

/// A key of the ring and how many secrets are sealed with it.
#[derive(Debug, PartialEq, Eq)]
pub struct KeyUse {
    pub key: String,
    pub secrets: u64,
}

/// The keys in the order of the ring: the first one seals; one without secrets can be retired.
pub async fn list(context: &Context) -> Result<Vec<KeyUse>, AppError> {
    let mut count = BTreeMap::<String, u64>::new();
    for table in Table::ALL {
        for (_, sealed) in table.rows(context, None, None).await? {
            *count.entry(key_of(&sealed).to_owned()).or_default() += 1;
        }
    }
    let uses = context.keys.ids().into_iter().map(|key| {
        let secrets = count.get(&key).copied().unwrap_or_default();
        KeyUse { key, secrets }
    });
    Ok(uses.collect())
}

/// Makes a new key, unless secrets are still sealed with an older one, and seals everything with it.
pub async fn rotate(context: &Context) -> Result<Rotation, KeyFailure> {
    let failed = |error: AppError| KeyFailure::new(format!("rotation: {error}; the log says why"));
    let unfinished = list(context).await.map_err(failed)?.iter().skip(1).any(|older| older.secrets > 0);
    if !unfinished {
        let mut ring = context.keys.source.read()?;
        ring.add_key();
        context.keys.source.write(&ring)?;
        context.keys.replace(ring);
        context.keys.ready(&context.database, &context.clock).await?;
    }
    let key = context.keys.current().ok_or_else(|| KeyFailure::new("the ring is empty"))?;
    let mut resealed = 0;
    for table in Table::ALL {
        loop {
            let rows = table.rows(context, Some(&key), Some(BATCH)).await.map_err(failed)?;
            if rows.is_empty() {
                break;
            }
            resealed += reseal(context, table, rows).await.map_err(failed)?;
        }
    }
    Ok(Rotation { key, is_new: !unfinished, resealed })
}

/// Takes the keys that protect nothing any more out of the ring and forgets them: their names. A backup of the database
/// from before the rotation needs the ring from before it too.
pub async fn retire(context: &Context) -> Result<Vec<String>, KeyFailure> {
    let failed = |error: AppError| KeyFailure::new(format!("retiring: {error}; the log says why"));
    let unused: Vec<String> = list(context)
        .await
        .map_err(failed)?
        .into_iter()
        .skip(1)
        .filter(|older| older.secrets == 0)
        .map(|older| older.key)
        .collect();
    // First the rows: a key that the database knows and the ring does not have keeps the server from starting.
    let ids = unused.clone();
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                sealing_key::Entity::delete_many()
                    .filter(sealing_key::Column::Id.is_in(ids))
                    .exec(on)
                    .await
                    .or_internal()?;
                Ok(())
            })
        })
        .await
        .map_err(failed)?;
    let mut ring = context.keys.source.read()?;
    unused.iter().for_each(|id| ring.remove(id));
    context.keys.source.write(&ring)?;
    context.keys.replace(ring);
    Ok(unused)
}

async fn reseal(context: &Context, table: Table, rows: Vec<(Uuid, String)>) -> Result<u64, AppError> {
    let keys = context.keys.clone();
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                let mut changed = 0;
                for (id, old) in rows {
                    let place = table.place(id);
                    let new = keys.seal(&place, &keys.unseal(&place, &old)?)?;
                    // Unless it was replaced or removed meanwhile.
                    changed += match table {
                        Table::Authenticator => authenticator::Entity::update_many()
                            .col_expr(authenticator::Column::Secret, Expr::value(new))
                            .filter(authenticator::Column::PersonId.eq(id))
                            .filter(authenticator::Column::Secret.eq(old))
                            .exec(on)
                            .await
                            .or_internal()?,
                        Table::Enrolment => enrolment::Entity::update_many()
                            .col_expr(enrolment::Column::Secret, Expr::value(new))
                            .filter(enrolment::Column::PersonId.eq(id))
                            .filter(enrolment::Column::Secret.eq(old))
                            .exec(on)
                            .await
                            .or_internal()?,
                        Table::FreshCodes => fresh_codes::Entity::update_many()
                            .col_expr(fresh_codes::Column::Codes, Expr::value(new))
                            .filter(fresh_codes::Column::PersonId.eq(id))
                            .filter(fresh_codes::Column::Codes.eq(old))
                            .exec(on)
                            .await
                            .or_internal()?,
                        Table::FreshKey => fresh_key::Entity::update_many()
                            .col_expr(fresh_key::Column::Token, Expr::value(new))
                            .filter(fresh_key::Column::SessionId.eq(id))
                            .filter(fresh_key::Column::Token.eq(old))
                            .exec(on)
                            .await
                            .or_internal()?,
                        Table::InvoiceSecret => invoice_secret::Entity::update_many()
                            .col_expr(invoice_secret::Column::NationalNumber, Expr::value(new))
                            .filter(invoice_secret::Column::InvoiceId.eq(id))
                            .filter(invoice_secret::Column::NationalNumber.eq(old))
                            .exec(on)
                            .await
                            .or_internal()?,
                        // No new version: nobody's page is out of date.
                        Table::TaxIdentity => tax_identity::Entity::update_many()
                            .col_expr(tax_identity::Column::NationalNumber, Expr::value(new))
                            .filter(tax_identity::Column::OrganisationId.eq(id))
                            .filter(tax_identity::Column::NationalNumber.eq(old))
                            .exec(on)
                            .await
                            .or_internal()?,
                        Table::Upstream => upstream::Entity::update_many()
                            .col_expr(upstream::Column::Key, Expr::value(new))
                            .filter(upstream::Column::OrganisationId.eq(id))
                            .filter(upstream::Column::Key.eq(old))
                            .exec(on)
                            .await
                            .or_internal()?,
                        Table::UpstreamOld => upstream::Entity::update_many()
                            .col_expr(upstream::Column::OldKey, Expr::value(new))
                            .filter(upstream::Column::OrganisationId.eq(id))
                            .filter(upstream::Column::OldKey.eq(old))
                            .exec(on)
                            .await
                            .or_internal()?,
                        Table::Job => job::Entity::update_many()
                            .col_expr(job::Column::Payload, Expr::value(new))
                            .filter(job::Column::Id.eq(id))
                            .filter(job::Column::Payload.eq(old))
                            .exec(on)
                            .await
                            .or_internal()?,
                        Table::UpstreamTrial => upstream_trial::Entity::update_many()
                            .col_expr(upstream_trial::Column::Key, Expr::value(new))
                            .filter(upstream_trial::Column::SessionId.eq(id))
                            .filter(upstream_trial::Column::Key.eq(old))
                            .exec(on)
                            .await
                            .or_internal()?,
                    }
                    .rows_affected;
                }
                Ok(changed)
            })
        })
        .await
}

/// The columns that hold something sealed.
#[derive(Clone, Copy)]
enum Table {
    Authenticator,
    Enrolment,
    FreshCodes,
    FreshKey,
    InvoiceSecret,
    TaxIdentity,
    Upstream,
    UpstreamOld,
    UpstreamTrial,
    Job,
}

impl Table {
    const ALL: [Self; 10] = [
        Self::Authenticator,
        Self::Enrolment,
        Self::FreshCodes,
        Self::FreshKey,
        Self::InvoiceSecret,
        Self::TaxIdentity,
        Self::Upstream,
        Self::UpstreamOld,
        Self::UpstreamTrial,
        Self::Job,
    ];

    const fn place(self, id: Uuid) -> Place {
        match self {
            Self::Authenticator => Place::AuthenticatorSecret(PersonId(id)),
            Self::Enrolment => Place::EnrolmentSecret(PersonId(id)),
            Self::FreshCodes => Place::FreshCodes(PersonId(id)),
            Self::FreshKey => Place::FreshKey(SessionId(id)),
            Self::InvoiceSecret => Place::InvoiceNumber(InvoiceId(id)),
            Self::TaxIdentity => Place::NationalNumber(OrganisationId(id)),
            Self::Upstream => Place::UpstreamKey(OrganisationId(id)),
            Self::UpstreamOld => Place::UpstreamOldKey(OrganisationId(id)),
            Self::UpstreamTrial => Place::UpstreamTrial(SessionId(id)),
            Self::Job => Place::JobPayload(id),
        }
    }

    /// Key and sealed text of the rows that have one, at most `limit`, that are not sealed with `except`.
    async fn rows(
        self,
        context: &Context,
        except: Option<&str>,
        limit: Option<u64>,
    ) -> Result<Vec<(Uuid, String)>, AppError> {
        let like = format!("{}.{}.%", super::VERSION, except.unwrap_or_default());
        macro_rules! select {
            ($table:ident, $key:ident, $column:ident) => {
                $table::Entity::find()
                    .select_only()
                    .columns([$table::Column::$key, $table::Column::$column])
                    // What is null is not like anything, nor unlike it.
                    .filter(Expr::col($table::Column::$column).not_like(like))
                    .order_by_asc($table::Column::$key)
                    .limit(limit)
                    .into_tuple()
                    .all(context.database.read())
                    .await
                    .or_internal()
            };
        }
        match self {
            Self::Authenticator => select!(authenticator, PersonId, Secret),
            Self::Enrolment => select!(enrolment, PersonId, Secret),
            Self::FreshCodes => select!(fresh_codes, PersonId, Codes),
            Self::FreshKey => select!(fresh_key, SessionId, Token),
            Self::InvoiceSecret => select!(invoice_secret, InvoiceId, NationalNumber),
            Self::TaxIdentity => select!(tax_identity, OrganisationId, NationalNumber),
            Self::Upstream => select!(upstream, OrganisationId, Key),
            Self::UpstreamOld => select!(upstream, OrganisationId, OldKey),
            Self::UpstreamTrial => select!(upstream_trial, SessionId, Key),
            Self::Job => select!(job, Id, Payload),
        }
    }
}
