//! Customers and their lists: finding, adding, changing and deleting them, taking them over from a file and away in one.
//!
//! A number is one customer's within the organisation; the database sees to that. Members are those who speak with
//! customers: they read, add and change them. Deleting, and files, are for administrators.

mod change;
mod export;
pub mod import;
mod list;
mod lists;

use domain::{
    Admin, AppError, Code, CustomerId, Member, OrganisationId,
    actor::{DeleteCustomers, ReadCustomers, WriteCustomers},
};
use entity::customer;
use sea_orm::{ColumnTrait, ConnectionTrait, QueryFilter, QuerySelect};

pub use change::{create, delete, update};
pub use entity::customer::Model as Customer;
pub use export::export;
pub use list::{PAGE, Page, calls_with, find_by_phone, list, load, named, of_number};
pub use lists::{ListLine, add_to_list, create_list, delete_list, list_lists, remove_from_list, rename_list};

use crate::{failure::OrInternal, who::asked_by};

asked_by! {
    /// May read customers and their lists.
    pub trait Reads: Member | ReadCustomers;
    /// May add and change customers.
    pub trait Writes: Member | WriteCustomers;
    /// May delete customers.
    pub trait Deletes: Admin | DeleteCustomers;
}

/// The row, which nobody else changes until the transaction ends. Errors: `NotFound`.
async fn find(on: &impl ConnectionTrait, of: OrganisationId, id: CustomerId) -> Result<Customer, AppError> {
    let found = customer::Entity::in_organisation(of).filter(customer::Column::Id.eq(id.0)).lock_exclusive();
    found.one(on).await.or_internal()?.ok_or_else(|| Code::NotFound.into())
}
