//! Secrets at rest: sealed with XChaCha20-Poly1305 under a ring of keys that is not in the database.
//!
//! A sealed text is `v1.<key>.<nonce and ciphertext>`; the place it stands in is authenticated with it,
//! so one that was moved to another row or column does not open. The first key of the ring seals, all of
//! them open. Which keys were ever used, and a proof of each, stands in the database: a missing or
//! wrong key stops the program at its start instead of turning secrets into garbage.

mod ring;
mod rotate;

use std::{
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use domain::{AppError, InvoiceId, OrganisationId, PersonId, SessionId};
use entity::sealing_key;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbBackend, EntityTrait, sea_query::OnConflict};
use uuid::Uuid;

use crate::{
    Clock, Database,
    failure::{OrInternal, internal},
    token::random_bytes,
};
use ring::Ring;
pub use ring::{KeyFailure, KeySource};
pub use rotate::{KeyUse, Rotation, list, retire, rotate};

const VERSION: &str = "v1";
const NONCE: usize = 24;
/// What a key's proof holds when it opens.
const PROOF: &[u8] = b"ayar";

/// Where a secret stands: table, column and row, authenticated with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    AuthenticatorSecret(PersonId),
    EnrolmentSecret(PersonId),
    FreshCodes(PersonId),
    FreshKey(SessionId),
    InvoiceNumber(InvoiceId),
    NationalNumber(OrganisationId),
    UpstreamKey(OrganisationId),
    UpstreamOldKey(OrganisationId),
    UpstreamTrial(SessionId),
    JobPayload(Uuid),
    /// In the file that it signs.
    Certificate(Uuid),
    /// Not in the database: in the links of mails.
    Unsubscribe,
    /// At the head of a backup: the key of that file.
    Backup,
    KeyProof(String),
}

impl Place {
    fn text(&self) -> String {
        match self {
            Self::AuthenticatorSecret(person) => format!("authenticator/secret/{person}"),
            Self::EnrolmentSecret(person) => format!("enrolment/secret/{person}"),
            Self::FreshCodes(person) => format!("fresh_codes/codes/{person}"),
            Self::FreshKey(session) => format!("fresh_key/token/{session}"),
            Self::InvoiceNumber(invoice) => format!("invoice_secret/national_number/{invoice}"),
            Self::NationalNumber(organisation) => format!("tax_identity/national_number/{organisation}"),
            Self::UpstreamKey(organisation) => format!("upstream/key/{organisation}"),
            Self::UpstreamOldKey(organisation) => format!("upstream/old_key/{organisation}"),
            Self::UpstreamTrial(session) => format!("upstream_trial/key/{session}"),
            Self::JobPayload(job) => format!("job/payload/{job}"),
            Self::Certificate(id) => format!("deletion_certificate/signature/{id}"),
            Self::Unsubscribe => "mail/unsubscribe".to_owned(),
            Self::Backup => "backup/key".to_owned(),
            Self::KeyProof(key) => format!("sealing_key/proof/{key}"),
        }
    }
}

/// The keys of this process. Cheap to clone.
#[derive(Clone)]
pub struct KeyRing {
    ring: Arc<RwLock<Ring>>,
    source: Arc<KeySource>,
}

impl KeyRing {
    /// Reads the ring; a file that is not there yet is no error until [`ready`](Self::ready).
    pub fn open(source: KeySource) -> Result<Self, KeyFailure> {
        Ok(Self { ring: Arc::new(RwLock::new(source.read()?)), source: Arc::new(source) })
    }

    /// A ring with one new key, kept nowhere: for tests.
    pub fn memory() -> Self {
        let ring = Ring::new_key();
        let source = KeySource::Text(ring.text().into());
        Self { ring: Arc::new(RwLock::new(ring)), source: Arc::new(source) }
    }

    /// Compares the ring with the keys this database has seen, and makes a first key for a database that
    /// has seen none. Call after the migrations and before anything is sealed or opened.
    ///
    /// In one transaction that no other node interrupts: of two that start together one makes the key, and the other reads it.
    pub async fn ready(&self, database: &Database, clock: &Clock) -> Result<(), KeyFailure> {
        let (ring, now) = (self.clone(), clock.now());
        let noted = database.write(move |on| {
            Box::pin(async move {
                if on.get_database_backend() == DbBackend::Postgres {
                    on.execute_unprepared("LOCK TABLE sealing_key IN EXCLUSIVE MODE").await.or_internal()?;
                }
                let known = sealing_key::Entity::find().all(on).await.or_internal()?;
                if let Err(failure) = ring.compare(&known) {
                    return Ok(Err(failure));
                }
                for id in ring.ids() {
                    let proof = ring.seal_with(&id, &Place::KeyProof(id.clone()), PROOF)?;
                    let row =
                        sealing_key::ActiveModel { id: Set(id), proof: Set(proof), created_at: Set(now) };
                    let keep = OnConflict::column(sealing_key::Column::Id).do_nothing().to_owned();
                    let insert = sealing_key::Entity::insert(row).on_conflict(keep);
                    insert.exec_without_returning(on).await.or_internal()?;
                }
                Ok(Ok(()))
            })
        });
        noted.await.map_err(|error| KeyFailure::new(format!("the keys could not be compared: {error}")))?
    }

    /// Proves each key the database knows with the ring as it is now; makes the first key where there is none at all.
    fn compare(&self, known: &[sealing_key::Model]) -> Result<(), KeyFailure> {
        self.replace(self.source.read()?);
        if self.current().is_none() && known.is_empty() {
            let ring = Ring::new_key();
            let path = self.source.write(&ring)?;
            tracing::warn!(
                path = %path.display(),
                "made the key that secrets are encrypted with: back this file up, apart from the database"
            );
            self.replace(ring);
        }
        known.iter().try_for_each(|row| self.prove(row))
    }

    /// Proves each key the database knows and changes nothing: how many keys the ring has.
    pub async fn examine(&self, on: &impl ConnectionTrait) -> Result<usize, KeyFailure> {
        let known = sealing_key::Entity::find().all(on).await;
        for row in known.map_err(|error| KeyFailure::new(format!("database: {error}")))? {
            self.prove(&row)?;
        }
        Ok(self.ids().len())
    }

    fn prove(&self, row: &sealing_key::Model) -> Result<(), KeyFailure> {
        match self.try_open(&Place::KeyProof(row.id.clone()), &row.proof) {
            Ok(proof) if proof == PROOF => Ok(()),
            Err(Unopened::NoSuchKey(_)) => Err(self.missing(&row.id)),
            _ => Err(self.wrong(&row.id)),
        }
    }

    /// Seals a secret for its place, under the first key: the first one in the file now, which another process may have
    /// put there since this one was started.
    pub fn seal(&self, place: &Place, plain: &[u8]) -> Result<String, AppError> {
        self.reload()?;
        let id = self.current().ok_or_else(|| internal("no key to seal with"))?;
        self.seal_with(&id, place, plain)
    }

    fn seal_with(&self, id: &str, place: &Place, plain: &[u8]) -> Result<String, AppError> {
        let cipher = self.cipher(id).ok_or_else(|| internal("no such key"))?;
        let nonce: [u8; NONCE] = random_bytes();
        let aad = place.text();
        let payload = Payload { msg: plain, aad: aad.as_bytes() };
        let sealed = cipher.encrypt(&XNonce::from(nonce), payload).or_internal()?;
        let bytes = [nonce.as_slice(), &sealed].concat();
        Ok(format!("{VERSION}.{id}.{}", URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Opens what [`seal`](Self::seal) made for the same place. A key that another process added to the
    /// file meanwhile is read first. Fails with `Internal`: the log says why.
    pub fn unseal(&self, place: &Place, sealed: &str) -> Result<Vec<u8>, AppError> {
        let opened = match self.try_open(place, sealed) {
            Err(Unopened::NoSuchKey(_)) => {
                self.reload()?;
                self.try_open(place, sealed)
            }
            opened => opened,
        };
        opened.or_internal()
    }

    /// The same for what came from outside: `None` if it is made up, or of a key that is gone.
    pub(crate) fn open_received(&self, place: &Place, sealed: &str) -> Option<Vec<u8>> {
        self.try_open(place, sealed).ok()
    }

    /// The same for the operator, who is told why it does not open.
    pub(crate) fn open_told(&self, place: &Place, sealed: &str) -> Result<Vec<u8>, KeyFailure> {
        self.try_open(place, sealed).map_err(|unopened| KeyFailure::new(unopened.to_string()))
    }

    fn try_open(&self, place: &Place, sealed: &str) -> Result<Vec<u8>, Unopened> {
        let mut parts = sealed.splitn(3, '.');
        let (Some(VERSION), Some(id), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Unopened::Malformed);
        };
        let cipher = self.cipher(id).ok_or_else(|| Unopened::NoSuchKey(id.to_owned()))?;
        let bytes = URL_SAFE_NO_PAD.decode(rest).map_err(|_| Unopened::Malformed)?;
        let (nonce, msg) = bytes.split_first_chunk::<NONCE>().ok_or(Unopened::Malformed)?;
        let aad = place.text();
        let payload = Payload { msg, aad: aad.as_bytes() };
        cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| Unopened::Forged)
    }

    fn cipher(&self, id: &str) -> Option<XChaCha20Poly1305> {
        self.ring().key(id).map(|key| XChaCha20Poly1305::new(key.into()))
    }

    fn current(&self) -> Option<String> {
        self.ring().ids().next().map(str::to_owned)
    }

    fn ids(&self) -> Vec<String> {
        self.ring().ids().map(str::to_owned).collect()
    }

    fn ring(&self) -> std::sync::RwLockReadGuard<'_, Ring> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn reload(&self) -> Result<(), AppError> {
        self.replace(self.source.read().or_internal()?);
        Ok(())
    }

    fn replace(&self, ring: Ring) {
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = ring;
    }

    fn missing(&self, id: &str) -> KeyFailure {
        KeyFailure::new(format!(
            "this database holds secrets sealed with the key {id:?}, which {} does not have. \
             Restore the file from its backup.",
            self.source
        ))
    }

    fn wrong(&self, id: &str) -> KeyFailure {
        KeyFailure::new(format!(
            "the key {id:?} in {} is not the one this database was sealed with. \
             Restore the file from its backup.",
            self.source
        ))
    }

    /// Where the ring is kept, if it is a file.
    pub fn file(&self) -> Option<&PathBuf> {
        match &*self.source {
            KeySource::File(path) => Some(path),
            KeySource::Text(_) => None,
        }
    }
}

/// The key a sealed text was sealed with.
fn key_of(sealed: &str) -> &str {
    sealed.split('.').nth(1).unwrap_or_default()
}

/// Why something did not open.
#[derive(Debug)]
enum Unopened {
    NoSuchKey(String),
    Malformed,
    /// Changed, moved to another place, or sealed with another key of the same name.
    Forged,
}

impl std::fmt::Display for Unopened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoSuchKey(id) => write!(f, "sealed with the key {id:?}, which is not in the ring"),
            Self::Malformed => f.write_str("not a sealed text"),
            Self::Forged => f.write_str("sealed for another place, or with another key of this name"),
        }
    }
}

#[cfg(test)]
mod tests;
