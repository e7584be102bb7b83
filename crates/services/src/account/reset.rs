//! Taking somebody's second factors away, because they lost them: by an administrator (`security`), or by the operator's
//! shell, for those whom no administrator reaches.

use chrono::{DateTime, Utc};
use domain::{AppError, Code, Language, PersonId, general::Email};
use entity::{authenticator, browser, enrolment, membership, passkey, person};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use serde_json::json;

use super::{Holder, Notice, Undo, codes, lock_person, tell};
use crate::{
    Context,
    audit::{self, Entry},
    entrance::language_of,
    failure::OrInternal,
    session::{EndReason, end_all},
};

/// Removes every second factor of a person whose row is locked, with what was begun; all sessions end and every browser
/// is a stranger.
pub(crate) async fn forget_factors(
    on: &DatabaseTransaction,
    id: PersonId,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    authenticator::Entity::delete_by_id(id.0).exec(on).await.or_internal()?;
    enrolment::Entity::delete_by_id(id.0).exec(on).await.or_internal()?;
    passkey::Entity::delete_many().filter(passkey::Column::PersonId.eq(id.0)).exec(on).await.or_internal()?;
    codes::remove(on, id).await?;
    browser::Entity::delete_many().filter(browser::Column::PersonId.eq(id.0)).exec(on).await.or_internal()?;
    end_all(on, id, None, EndReason::TwoFactorChanged, now).await?;
    Ok(())
}

/// For the operator, who has made sure that it is them: takes the second factors of whoever signs in with an address, in
/// whichever organisations they are. It stands in the trail of each, and they are told. Gives the address as it is
/// stored. Errors: `NotFound`.
pub async fn reset_factors(context: &Context, email: &str) -> Result<String, AppError> {
    let email = Email::parse(email).map_err(|_| Code::NotFound)?;
    let found = person::Entity::by_email_key(&email.normalised()).one(context.database.read()).await;
    let id = found.or_internal()?.ok_or(Code::NotFound)?.id();
    let (inner, now) = (context.clone(), context.now());
    let reset = context.database.write(move |on| {
        Box::pin(async move {
            let person = lock_person(on, id).await?;
            forget_factors(on, id, now).await?;
            let memberships = membership::Entity::of_person(id).all(on).await.or_internal()?;
            let mut organisations: Vec<_> =
                memberships.iter().map(|member| Some(member.organisation())).collect();
            if organisations.is_empty() {
                organisations.push(None);
            }
            for organisation in organisations {
                let entry = Entry {
                    organisation,
                    person: None,
                    after: json!({ "member": person.email }),
                    ..audit::personal(id, "security.operator_reset")
                };
                audit::record(&inner, on, entry).await?;
            }
            let language = language_of(on, &person, Language::default()).await?;
            let holder = Holder { person: &person, language, organisation: None };
            tell(&inner, on, holder, Notice::TwoFactorResetByOperator, Undo::Nothing).await?;
            Ok(person.email)
        })
    });
    reset.await
}
