//! A person's own account: password, address, authenticator app, backup codes, passkeys, sessions.
//!
//! Open to whoever is signed in, also to somebody who owes their organisation a second factor: here they set it up.

mod add_passkey;
pub mod api;
mod app;
mod authenticator;
mod backup;
mod by_passkey;
mod clipboard;
mod codes;
mod confirm;
// In the tests of the server's build too: they run natively.
#[cfg(any(feature = "hydrate", test))]
mod device;
mod done;
mod page;
pub mod passkey;
mod passkeys;
#[cfg(feature = "ssr")]
mod paths;
mod scan;
mod sessions;
mod sign_in;
mod sudo;
mod wizard;

pub use api::Question;
pub use app::AppRoute;
pub use authenticator::AnyCode;
pub use clipboard::Copy;
pub use codes::CodesRoute;
pub use confirm::ConfirmRoute;
pub use page::AccountRoute;
pub use sessions::SessionsRoute;
pub use sign_in::More;
pub use sudo::{AskPassword, PasswordDialog};
