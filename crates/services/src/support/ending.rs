//! The end of a stay: once, whoever sees it first, and with a mail that lists what was done.

use domain::{Admin, AppError, Code, OrganisationId, PersonId, SupportId, support::SupportForm};
use entity::{organisation, session, support_session};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;

use super::{
    Ending,
    letters::{News, tell, told},
    reach,
    record::load_done,
};
use crate::{
    Context,
    audit::{self, Entry},
    failure::{OrInternal, internal},
    origin::{self, Origin},
};

/// Ends a stay, unless it is over already. Of several who end it at once, on whatever node, one does and writes the mail.
pub(crate) async fn end(
    context: &Context,
    id: SupportId,
    how: Ending,
    by: Option<PersonId>,
) -> Result<(), AppError> {
    let (inner, now) = (context.clone(), context.now());
    let read = context.database.read();
    let stay =
        support_session::Entity::find_by_id(id.0).one(read).await.or_internal()?.ok_or(Code::NotFound)?;
    // Both names to the last row, also where time or nobody in particular ended it; an administrator acts for themselves.
    let for_whom = by.is_none_or(|by| by.0 == stay.person_id).then_some(stay.consented_by).flatten();
    let origin = Origin { on_behalf_of: for_whom.map(PersonId), ..origin::current() };
    let ended = context.database.write(move |on| {
        Box::pin(async move {
            let row = support_session::Entity::find_by_id(id.0).one(on).await.or_internal()?;
            let mut row = row.ok_or(Code::NotFound)?;
            // Nobody looked at the moment itself.
            let at = now.min(row.expires_at);
            let ended = support_session::Entity::update_many()
                .col_expr(support_session::Column::EndedAt, Expr::value(Some(at)))
                .col_expr(support_session::Column::EndedReason, Expr::value(Some(how.word().to_owned())))
                .col_expr(support_session::Column::EndedBy, Expr::value(by.map(|id| id.0)))
                .filter(support_session::Column::Id.eq(id.0))
                .filter(support_session::Column::EndedAt.is_null())
                .exec(on)
                .await
                .or_internal()?;
            if ended.rows_affected == 0 {
                return Ok(());
            }
            session::Entity::update_many()
                .col_expr(session::Column::OrganisationId, Expr::value(None::<uuid::Uuid>))
                .filter(session::Column::Id.eq(row.session_id))
                .exec(on)
                .await
                .or_internal()?;
            let person = entity::person::Entity::by_id(row.person()).one(on).await.or_internal()?;
            let staff = person.ok_or_else(|| internal("a stay of nobody"))?;
            let entry = Entry {
                organisation: Some(row.organisation()),
                person: by,
                after: json!({ "staff": staff.email, "how": how.word() }),
                ..audit::personal(row.person(), "support.end")
            };
            audit::record(&inner, on, entry).await?;
            row.ended_at = Some(at);
            let found = organisation::Entity::by_id(row.organisation()).one(on).await.or_internal()?;
            let Some(found) = found else { return Ok(()) };
            let rows = load_done(on, row.organisation(), std::slice::from_ref(&row)).await?;
            let done = rows.into_iter().map(|done| (told(&found, done.at), done.action)).collect();
            let at = told(&found, at);
            let news = News::Ended { staff: staff.name, reason: row.reason, how, at, done };
            tell(&inner, on, &found, news).await
        })
    });
    origin::within(origin, ended).await
}

/// Ends every stay in an organisation that no longer lets support in. `by` has just taken the permission back.
pub(crate) async fn end_in(context: &Context, id: OrganisationId, by: PersonId) -> Result<(), AppError> {
    let read = context.database.read();
    let organisation = organisation::Entity::by_id(id).one(read).await.or_internal()?;
    if organisation.is_none_or(|organisation| reach(context, &organisation).is_some()) {
        return Ok(());
    }
    let rows = support_session::Entity::in_organisation(id)
        .filter(support_session::Column::EndedAt.is_null())
        .all(read)
        .await
        .or_internal()?;
    for row in rows {
        end(context, row.id(), Ending::Withdrawn, Some(by)).await?;
    }
    Ok(())
}

/// An administrator shows support out. Errors: `NotFound` (not here, or gone).
pub async fn show_out(context: &Context, admin: Admin, form: SupportForm) -> Result<(), AppError> {
    let id = form.parse()?;
    let row = support_session::Entity::in_organisation(admin.organisation)
        .filter(support_session::Column::Id.eq(id.0))
        .one(context.database.read())
        .await
        .or_internal()?;
    let row = row.ok_or(Code::NotFound)?;
    end(context, row.id(), Ending::ShownOut, Some(admin.person)).await
}

/// Ends what is over and nobody has noticed, so that its mail is written: how many. The server does this every minute; who may
/// be inside is decided on every request all the same.
pub async fn sweep(context: &Context) -> Result<usize, AppError> {
    let read = context.database.read();
    let live =
        support_session::Entity::live().find_also_related(session::Entity).all(read).await.or_internal()?;
    let (now, mut ended) = (context.now(), 0);
    for (row, session) in live {
        let organisation = organisation::Entity::by_id(row.organisation()).one(read).await.or_internal()?;
        let how = if row.expires_at <= now {
            Ending::Expired
        } else if organisation.is_none_or(|organisation| reach(context, &organisation).is_none()) {
            Ending::Withdrawn
        } else if session.is_none_or(|session| session.ended_at.is_some() || session.expires_at <= now) {
            Ending::SignedOut
        } else {
            continue;
        };
        end(context, row.id(), how, None).await?;
        ended += 1;
    }
    Ok(ended)
}
