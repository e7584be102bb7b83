//! Customers and their lists: finding, adding, changing and deleting them, taking them over from a file and away in one.
//!
//! A number is one customer's within the organisation; the database sees to that. Members are those who speak with
//! customers: they read, add and change them. Deleting, and files, are for administrators.

mod change;
mod delete;
mod export;
pub mod import;
mod list;
mod lists;

use domain::{
    Admin, AppError, Code, CustomerId, Member, OrganisationId, Recent,
    actor::{DeleteCustomers, ReadCustomers, WriteCustomers},
};
use entity::customer;
use sea_orm::{ColumnTrait, ConnectionTrait, QueryFilter, QuerySelect};

pub use change::{create, update};
pub(crate) use delete::theirs;
pub use delete::{CallsWith, count_calls, delete};
pub use entity::customer::Model as Customer;
pub use export::export;
pub use list::{PAGE, Page, calls_with, find_by_phone, list, load, named, of_number};
pub use lists::{ListLine, add_to_list, create_list, delete_list, list_lists, remove_from_list, rename_list};

use crate::{
    failure::OrInternal,
    who::{Who, asked_by},
};

asked_by! {
    /// May read customers and their lists.
    pub trait Reads: Member | ReadCustomers;
    /// May add and change customers.
    pub trait Writes: Member | WriteCustomers;
}

/// May delete customers.
pub trait Deletes: Copy + Send + 'static {
    fn who(self) -> Who;
}

impl Deletes for Recent<Admin> {
    fn who(self) -> Who {
        Who::of_actor(**self)
    }
}

impl Deletes for DeleteCustomers {
    fn who(self) -> Who {
        Who::of_machine(*self)
    }
}

/// The row, which nobody else changes until the transaction ends. Errors: `NotFound`.
async fn find(on: &impl ConnectionTrait, of: OrganisationId, id: CustomerId) -> Result<Customer, AppError> {
    let found = customer::Entity::in_organisation(of).filter(customer::Column::Id.eq(id.0)).lock_exclusive();
    found.one(on).await.or_internal()?.ok_or_else(|| Code::NotFound.into())
}
