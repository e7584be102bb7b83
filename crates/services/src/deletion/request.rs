//! An owner asks for it: the word, the password, a code. From that moment on the organisation is closed.

use domain::{
    AppError, Code, Owner, Role,
    deletion::{DeleteForm, Stage, delete_at},
};
use entity::{invitation, membership, organisation, session as session_row};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait, sea_query::Expr};
use serde_json::json;

use super::letters::{self, News};
use crate::{
    Context,
    account::{Factors, Given},
    audit::{self, Entry},
    failure::OrInternal,
    members::{acting_role, lock_organisation},
    session::{self, EndReason, ending},
    token::PlainToken,
    zones,
};

/// Whether the person shows a code beside their password.
pub async fn asks_code(context: &Context, owner: Owner) -> Result<bool, AppError> {
    Ok(Factors::of(context.database.read(), owner.person).await?.any())
}

/// Closes the organisation at once and has it deleted after the days that the operator gives; gives the session's new token.
/// Errors: fields `word`, `password`, `code`; `TooManyTries`, `Forbidden` (no owner any more), `OrganisationDeleting`.
pub async fn request(
    context: &Context,
    owner: Owner,
    form: DeleteForm,
    browser: Option<PlainToken>,
) -> Result<PlainToken, AppError> {
    let (account, of) = (owner.account(), owner.organisation);
    let proof = form.parse(asks_code(context, owner).await?)?;
    let given = Given::take(context, account, &form.password, proof, browser.as_ref()).await?;
    let (inner, now) = (context.clone(), context.now());
    let requested = context.database.write(move |on| {
        Box::pin(async move {
            let row = lock_organisation(on, of).await?;
            acting_role(on, *owner, Role::Owner).await?;
            let person = match given.check_on(&inner, on, account).await? {
                Ok(person) => person,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let at = delete_at(now, inner.settings.deletion_days);
            let noted = organisation::Entity::update_many()
                .col_expr(organisation::Column::Deletion, Expr::value(Stage::Pending.word()))
                .col_expr(organisation::Column::DeleteAt, Expr::value(Some(at)))
                .col_expr(organisation::Column::DeletionRequestedAt, Expr::value(Some(now)))
                .col_expr(organisation::Column::DeletionRequestedBy, Expr::value(Some(person.id)))
                .col_expr(organisation::Column::DeletionTold, Expr::value(Some(0_i16)))
                .filter(organisation::Column::Id.eq(of.0))
                .filter(organisation::Column::Deletion.eq(Stage::Active.word()))
                .exec(on)
                .await
                .or_internal()?;
            if noted.rows_affected == 0 {
                return Err(Code::OrganisationDeleting.into());
            }
            let members = membership::Entity::in_organisation(of)
                .select_only()
                .column(membership::Column::PersonId)
                .into_query();
            let ended = ending(EndReason::OrganisationClosed, now)
                .filter(session_row::Column::OrganisationId.eq(of.0))
                .filter(session_row::Column::PersonId.in_subquery(members))
                .filter(session_row::Column::Id.ne(account.session.0))
                .exec(on)
                .await
                .or_internal()?;
            let withdrawn = invitation::Entity::delete_many()
                .filter(invitation::Column::OrganisationId.eq(of.0))
                .exec(on)
                .await
                .or_internal()?;
            let entry = Entry {
                organisation: Some(of),
                after: json!({
                    "delete_at": zones::told(&row.time_zone, at),
                    "sessions": ended.rows_affected,
                    "invitations": withdrawn.rows_affected,
                }),
                ..audit::personal(person.id(), "deletion.request")
            };
            audit::record(&inner, on, entry).await?;
            let news = News::Requested { by: person.name, at: zones::told(&row.time_zone, at) };
            letters::tell(&inner, on, &row, news).await?;
            Ok(Ok(session::rotate(on, account.session, now).await?))
        })
    });
    requested.await?
}
