//! The entrance: signing in and up, forgotten passwords, mailed links.
//!
//! No page here tells whether an address has an account: what a form answers is the same
//! sentence either way.

pub mod api;
mod code;
mod current;
mod email;
mod forgot;
mod login;
mod mailed;
mod not_me;
mod parts;
mod passkey;
mod paths;
mod reset;
mod signup;
mod strength;
mod unsubscribe;
mod verify;

pub use code::{BackupField, CodeRoute, Lost};
pub use current::CurrentPassword;
pub use email::EmailRoute;
pub use forgot::ForgotRoute;
pub use login::LoginRoute;
pub use not_me::NotMeRoute;
pub use parts::{Heading, enter};
pub use reset::ResetRoute;
pub use signup::SignupRoute;
pub use strength::NewPassword;
pub use unsubscribe::UnsubscribeRoute;
pub use verify::VerifyRoute;
