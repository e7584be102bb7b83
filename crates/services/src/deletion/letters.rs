//! The mails to every owner, each in their language, times with the organisation's zone. Their link leads to the restore
//! page, which asks for a sign-in and for the password: it holds no secret.

use domain::{
    AppError, OrganisationId, Role,
    deletion::{Stage, news_due},
};
use entity::organisation;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};

pub(super) use crate::mail::DeletionNews as News;
use crate::{Context, failure::OrInternal, mail::MailKind, members::tell_all, zones};

/// The page that says how an organisation's deletion is.
pub(super) fn link(context: &Context, of: OrganisationId) -> String {
    context.link(&format!("/restore?organisation={of}"))
}

pub(super) async fn tell(
    context: &Context,
    on: &impl ConnectionTrait,
    row: &organisation::Model,
    news: News,
) -> Result<(), AppError> {
    let link = match news {
        News::Restored { .. } => context.link("/login"),
        _ => link(context, row.id()),
    };
    let kind = MailKind::Deletion { news: Box::new(news), organisation: row.name.clone(), link };
    tell_all(context, on, row, Role::Owner, kind).await
}

/// Tells the owners of what will soon be deleted, each day once, whichever node looks first: how many organisations.
pub(super) async fn remind(context: &Context) -> Result<usize, AppError> {
    let now = context.now();
    let waiting = organisation::Entity::find()
        .filter(organisation::Column::Deletion.eq(Stage::Pending.word()))
        .filter(organisation::Column::DeleteAt.gt(now))
        .all(context.database.read())
        .await
        .or_internal()?;
    let mut told = 0;
    for row in waiting {
        let (Some(from), Some(until)) = (row.deletion_requested_at, row.delete_at) else { continue };
        let before = row.deletion_told.unwrap_or(0);
        let Some(day) = news_due(from, until, before, now) else { continue };
        let inner = context.clone();
        let noted = context.database.write(move |on| {
            Box::pin(async move {
                let noted = organisation::Entity::update_many()
                    .col_expr(organisation::Column::DeletionTold, Expr::value(Some(day)))
                    .filter(organisation::Column::Id.eq(row.id))
                    .filter(organisation::Column::Deletion.eq(Stage::Pending.word()))
                    .filter(organisation::Column::DeletionRequestedAt.eq(from))
                    .filter(organisation::Column::DeletionTold.eq(before))
                    .exec(on)
                    .await
                    .or_internal()?;
                if noted.rows_affected == 1 {
                    let news = News::Near { at: zones::told(&row.time_zone, until) };
                    tell(&inner, on, &row, news).await?;
                }
                Ok(noted.rows_affected)
            })
        });
        told += usize::try_from(noted.await?).unwrap_or_default();
    }
    Ok(told)
}
