//! stand-in
use crate::Context;
use domain::{AppError, CallId, Language, OrganisationId, upstream::Failure};
pub struct Order {
    pub call: CallId,
    pub from: String,
    pub to: String,
    pub agent_name: String,
    pub greeting: String,
    pub language: Language,
    pub customer_name: String,
}
pub enum NotPlaced {
    Refused(Failure),
    Unclear(Failure),
}
pub async fn place_call(_: &Context, _: OrganisationId, order: &Order) -> Result<(), NotPlaced> {
    match order.to.as_str() {
        "+905320000001" => Err(NotPlaced::Refused(Failure::Unreachable)),
        "+905320000002" => Err(NotPlaced::Unclear(Failure::TimedOut)),
        _ => Ok(()),
    }
}
pub async fn is_connected(_: &Context, _: OrganisationId) -> Result<bool, AppError> {
    Ok(true)
}
