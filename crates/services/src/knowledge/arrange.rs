//! The order of categories, and two that become one.

use domain::{
    AppError, CategoryId, Code, OrganisationId,
    knowledge::{MergeForm, Place, PlaceForm},
};
use entity::{
    knowledge_category::{Column, Entity, Model},
    knowledge_file,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    sea_query::Expr,
};
use serde_json::json;
use uuid::Uuid;

use super::{
    Writes,
    categories::{beside, by_name, has_below, next_place},
    find_category,
};
use crate::{Context, failure::OrInternal, members::lock_organisation};

/// Moves a category among those beside it; where it stands already nothing happens. Errors: `step` is `ChoiceUnknown`;
/// `NotFound`, also for a neighbour that stands elsewhere.
pub async fn place_category(context: &Context, by: impl Writes, form: PlaceForm) -> Result<(), AppError> {
    let ((id, place), who, inner) = (form.parse()?, by.who(), context.clone());
    let placed = context.database.write(move |on| {
        Box::pin(async move {
            let of = who.organisation;
            lock_organisation(on, of).await?;
            let row = find_category(on, of, id).await?;
            let order = beside(of, row.parent_id).order_by_asc(Column::Place).order_by_asc(Column::Id);
            let before = order.all(on).await.or_internal()?;
            let after = placed(&before, id, place)?;
            if before.iter().map(Model::id).eq(after.iter().copied()) {
                return Ok(());
            }
            for (place, category) in (0..).zip(&after) {
                Entity::update_many()
                    .col_expr(Column::Place, Expr::value::<i32>(place))
                    .filter(Column::Id.eq(category.0))
                    .filter(Column::Place.ne(place))
                    .exec(on)
                    .await
                    .or_internal()?;
            }
            let number = |at: Option<usize>| at.map(|at| at + 1);
            let was = number(before.iter().position(|row| row.id() == id));
            let is = number(after.iter().position(|category| *category == id));
            let (was, is) = (json!({ "place": was }), json!({ "category": row.name, "place": is }));
            who.record(&inner, on, "knowledge.place_category", was, is).await
        })
    });
    placed.await
}

/// The order with `id` at its new place. Errors: `NotFound`.
fn placed(rows: &[Model], id: CategoryId, place: Place) -> Result<Vec<CategoryId>, Code> {
    let mut order: Vec<CategoryId> = rows.iter().map(Model::id).collect();
    let at = order.iter().position(|category| *category == id).ok_or(Code::NotFound)?;
    order.remove(at);
    let to = match place {
        Place::Up => at.saturating_sub(1),
        Place::Down => at + 1,
        Place::Last => order.len(),
        Place::Before(other) if other == id => at,
        Place::Before(other) => order.iter().position(|category| *category == other).ok_or(Code::NotFound)?,
    };
    order.insert(to.min(order.len()), id);
    Ok(order)
}

/// Makes a category part of another one: its files go there, and those below it as well, by their names. Gives the name
/// of the one that stays. Errors: `into` is `Required`, `ChoiceUnknown` (itself) or `CategoryTooDeep` (it stands below
/// another one, and this one has some below it); `NotFound`.
pub async fn merge_categories(
    context: &Context,
    by: impl Writes,
    form: MergeForm,
) -> Result<String, AppError> {
    let ((from, into), who, inner) = (form.parse()?, by.who(), context.clone());
    let merged = context.database.write(move |on| {
        Box::pin(async move {
            let of = who.organisation;
            lock_organisation(on, of).await?;
            let (from, into) = (find_category(on, of, from).await?, find_category(on, of, into).await?);
            if from.id == into.id {
                return Err(AppError::field("into", Code::ChoiceUnknown));
            }
            if into.parent_id.is_some() && has_below(on, of, from.id()).await? {
                return Err(AppError::field("into", Code::CategoryTooDeep));
            }
            let files = move_files(on, of, from.id, into.id).await?;
            let below = beside(of, Some(from.id)).order_by_asc(Column::Place).all(on).await.or_internal()?;
            for row in below {
                match by_name(on, of, Some(into.id), &row.name).await? {
                    Some(same) => {
                        move_files(on, of, row.id, same.id).await?;
                        Entity::delete_by_id(row.id).exec(on).await.or_internal()?;
                    }
                    None => {
                        let place = next_place(on, of, Some(into.id)).await?;
                        Entity::update_many()
                            .col_expr(Column::ParentId, Expr::value(into.id))
                            .col_expr(Column::Place, Expr::value(place))
                            .col_expr(Column::Version, Expr::value(row.version + 1))
                            .filter(Column::Id.eq(row.id))
                            .exec(on)
                            .await
                            .or_internal()?;
                    }
                }
            }
            // What was deleted from below it can no longer come back to it, but comes back to the first level.
            Entity::update_many()
                .col_expr(Column::ParentId, Expr::value(None::<Uuid>))
                .filter(Column::ParentId.eq(from.id))
                .exec(on)
                .await
                .or_internal()?;
            Entity::delete_by_id(from.id).exec(on).await.or_internal()?;
            let (was, is) =
                (json!({ "category": from.name }), json!({ "category": into.name, "files": files }));
            who.record(&inner, on, "knowledge.merge_categories", was, is).await?;
            Ok(into.name)
        })
    });
    merged.await
}

/// Moves whatever is in a category, and whatever would come back to it: how many files can be seen.
async fn move_files(
    on: &impl ConnectionTrait,
    of: OrganisationId,
    from: Uuid,
    into: Uuid,
) -> Result<u64, AppError> {
    use knowledge_file::Column as File;
    let there = knowledge_file::Entity::in_organisation(of).filter(File::CategoryId.eq(from));
    let files = there.count(on).await.or_internal()?;
    for column in [File::CategoryId, File::FormerCategoryId] {
        knowledge_file::Entity::update_many()
            .col_expr(column, Expr::value(into))
            .filter(Condition::all().add(File::OrganisationId.eq(of.0)).add(column.eq(from)))
            .exec(on)
            .await
            .or_internal()?;
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u128) -> Model {
        Model {
            id: Uuid::from_u128(number),
            organisation_id: Uuid::nil(),
            parent_id: None,
            name: String::new(),
            name_key: String::new(),
            place: 0,
            created_at: chrono::DateTime::UNIX_EPOCH,
            version: 1,
            deleted_at: None,
            deleted_with: None,
        }
    }

    #[test]
    fn a_category_takes_its_place_among_those_beside_it() {
        let rows: Vec<Model> = (1..=4).map(row).collect();
        let id = |number: u128| CategoryId(Uuid::from_u128(number));
        let order = |moved: u128, place: Place| {
            placed(&rows, id(moved), place)
                .map(|order| order.iter().map(|id| id.0.as_u128()).collect::<Vec<_>>())
        };
        assert_eq!(order(2, Place::Up), Ok(vec![2, 1, 3, 4]));
        assert_eq!(order(1, Place::Up), Ok(vec![1, 2, 3, 4]));
        assert_eq!(order(2, Place::Down), Ok(vec![1, 3, 2, 4]));
        assert_eq!(order(4, Place::Down), Ok(vec![1, 2, 3, 4]));
        assert_eq!(order(1, Place::Last), Ok(vec![2, 3, 4, 1]));
        assert_eq!(order(4, Place::Before(id(2))), Ok(vec![1, 4, 2, 3]));
        assert_eq!(order(2, Place::Before(id(2))), Ok(vec![1, 2, 3, 4]));
        assert_eq!(order(2, Place::Before(id(9))), Err(Code::NotFound));
        assert_eq!(order(9, Place::Up), Err(Code::NotFound));
    }
}
