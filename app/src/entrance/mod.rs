//! The entrance: signing in and up, forgotten passwords, mailed links.
//!
//! No page here tells whether an address has an account: what a form answers is the same
//! sentence either way.

pub mod api;
mod forgot;
mod login;
mod parts;
mod paths;
mod reset;
mod signup;
mod strength;
mod verify;

pub use forgot::ForgotRoute;
pub use login::LoginRoute;
pub use reset::ResetRoute;
pub use signup::SignupRoute;
pub use verify::VerifyRoute;
