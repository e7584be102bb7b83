//! Where a piece of work comes from: the request behind it, for the audit trail. The server's session layer says it
//! once per request; use-cases neither know nor pass it on.

use domain::PersonId;

/// Empty for what no request asked for, such as `ayar demo`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The prefix of the client's address.
    pub address: String,
    pub request_id: String,
    /// For whom the signed-in person acts, where it is not for themselves.
    pub on_behalf_of: Option<PersonId>,
    /// Support that looks: `Database::write` refuses whatever this piece of work would write.
    pub reads_only: bool,
}

tokio::task_local! {
    static ORIGIN: Origin;
}

/// Does `work` as the work of `origin`.
pub async fn within<F: Future>(origin: Origin, work: F) -> F::Output {
    ORIGIN.scope(origin, work).await
}

/// The origin of what is being done. A task that is spawned does not inherit it: take it along with [`within`].
pub fn current() -> Origin {
    ORIGIN.try_with(Clone::clone).unwrap_or_default()
}
