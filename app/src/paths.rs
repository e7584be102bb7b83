//! Addresses of pages, once.

pub const LOGIN: &str = "/login";
pub const SIGNUP: &str = "/signup";
pub const FORGOT: &str = "/forgot";
pub const RESET: &str = "/reset";
pub const VERIFY: &str = "/verify";
pub const GENERAL: &str = "/settings/general";
pub const HOURS: &str = "/settings/hours";

/// Where a signed-in person starts.
pub const HOME: &str = GENERAL;

/// The address of a rendition of the company's photo.
pub fn photo(name: &str, size: u32) -> String {
    format!("/files/photo/{name}/{size}")
}
