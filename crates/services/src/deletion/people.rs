//! A person's own account: gone at once, unless an organisation would be left without an owner.

use domain::{Account, AppError, Code, PersonId, Role, deletion::DeleteAccountForm};
use entity::{membership, organisation};
use sea_orm::{ColumnTrait, ConnectionTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

use super::steps::forget_person;
use crate::{
    Context,
    account::{Factors, Given},
    audit::{self, Entry},
    failure::OrInternal,
    mail::{Mail, MailKind},
    members::{clear_out, lock_organisation},
    support::staff::is_staff,
    token::PlainToken,
};

/// The names of the organisations that have no other owner, sorted.
pub async fn load_last_owner(context: &Context, account: Account) -> Result<(Vec<String>, bool), AppError> {
    let read = context.database.read();
    let asks_code = Factors::of(read, account.person).await?.any();
    Ok((last_owner_of(read, account.person).await?, asks_code))
}

async fn last_owner_of(on: &impl ConnectionTrait, person: PersonId) -> Result<Vec<String>, AppError> {
    let owned = membership::Entity::of_person(person)
        .filter(membership::Column::Role.eq(Role::Owner.as_str()))
        .find_also_related(organisation::Entity)
        .all(on)
        .await
        .or_internal()?;
    let mut names = Vec::new();
    for organisation in owned.into_iter().filter_map(|(_, organisation)| organisation) {
        let others = membership::Entity::in_organisation(organisation.id())
            .filter(membership::Column::Role.eq(Role::Owner.as_str()))
            .filter(membership::Column::PersonId.ne(person.0))
            .count(on)
            .await
            .or_internal()?;
        if others == 0 {
            names.push(organisation.name);
        }
    }
    names.sort();
    Ok(names)
}

/// Deletes the account of whoever asks; what they did in organisations stays in their trails, as somebody's who is gone.
/// Errors: fields `password`, `code`; `TooManyTries`, `LastOwner`, `Forbidden` (staff: the operator made them, and unmakes
/// them).
pub async fn delete_account(
    context: &Context,
    account: Account,
    form: DeleteAccountForm,
    browser: Option<PlainToken>,
) -> Result<(), AppError> {
    let (asks_code, id) = (Factors::of(context.database.read(), account.person).await?.any(), account.person);
    let proof = form.parse(asks_code)?;
    let given = Given::take(context, account, &form.password, proof, browser.as_ref()).await?;
    let inner = context.clone();
    let deleted = context.database.write(move |on| {
        Box::pin(async move {
            // Organisations before the person, in one order for everybody.
            let mut memberships = membership::Entity::of_person(id).all(on).await.or_internal()?;
            memberships.sort_by_key(|member| member.organisation_id);
            let mut language = None;
            for member in &memberships {
                let row = lock_organisation(on, member.organisation()).await?;
                language = language.or(Some(row.language()));
            }
            let person = match given.check_on(&inner, on, account).await? {
                Ok(person) => person,
                Err(refusal) => return Ok(Err(refusal)),
            };
            if is_staff(on, id).await? {
                return Err(Code::Forbidden.into());
            }
            if !last_owner_of(on, id).await?.is_empty() {
                return Err(Code::LastOwner.into());
            }
            for member in &memberships {
                clear_out(&inner, on, member.organisation(), id).await?;
                let entry = Entry {
                    organisation: Some(member.organisation()),
                    before: json!({ "role": member.role }),
                    ..audit::personal(id, "members.leave")
                };
                audit::record(&inner, on, entry).await?;
            }
            let kind = MailKind::AccountDeleted { link: inner.link("/signup") };
            let language = person.language().or(language).unwrap_or_default();
            let (to, organisation) = (person.email.clone(), None);
            inner.post(on, &Mail { id: inner.id(), to, language, organisation, kind }).await?;
            forget_person(on, &person).await?;
            Ok(Ok(()))
        })
    });
    deleted.await?
}
