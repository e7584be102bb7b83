//! Customers and lists, numbers as people read them, times in the organisation's zone.

use domain::{
    AppError,
    customers::{CustomerForm, CustomersForm, ListForm, ListedForm, OneCustomerForm, OneListForm},
    data::DeleteCustomerForm,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{calls::api::CallLine, error::Error};

#[cfg(feature = "ssr")]
use {
    crate::{calls::api::lines, paths, server_side as server},
    services::{customers, phones},
};

/// Customers of one page.
#[cfg(feature = "ssr")]
const PAGE: u64 = 50;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustomersPage {
    /// Newest first.
    pub customers: Vec<CustomerLine>,
    /// Every list, by name.
    pub lists: Vec<ListLine>,
    /// `before` of the next page.
    pub next: Option<String>,
    /// What is wrong with the filter; nobody is listed then.
    pub refused: Option<AppError>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustomerLine {
    pub id: String,
    pub name: String,
    pub phone: String,
    pub email: String,
    pub do_not_call: bool,
    /// Names of lists.
    pub lists: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListLine {
    pub id: String,
    pub name: String,
    pub customers: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustomerPage {
    /// The form that would leave them as they are.
    pub form: CustomerForm,
    pub added: String,
    /// The last ones, newest first.
    pub calls: Vec<CallLine>,
    /// How many calls, transcripts and recordings there are, for whoever may delete them.
    pub has: Option<[i64; 3]>,
}

/// Lists on which somebody stands, and the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OnLists {
    pub on: Vec<ListLine>,
    pub others: Vec<ListLine>,
}

/// Who has a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    pub id: String,
    pub name: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhoneForm {
    pub phone: String,
}

#[server(endpoint = "customers/load-customers", protocol = crate::protocol::FormToJson)]
pub async fn load_customers(#[server(default)] form: CustomersForm) -> Result<CustomersPage, Error> {
    let (context, member) = (server::context()?, server::member()?);
    let lists = customers::list_lists(&context, member, None).await?.into_iter().map(list_line).collect();
    let page = match customers::list(&context, member, &form, None, PAGE).await {
        Ok(page) => page,
        Err(error) if !error.fields.is_empty() => {
            return Ok(CustomersPage { customers: Vec::new(), lists, next: None, refused: Some(error) });
        }
        Err(error) => return Err(error.into()),
    };
    let customers::Page { customers, lists: mut on, more } = page;
    Ok(CustomersPage {
        next: customers.last().filter(|_| more).map(|row| row.id.to_string()),
        customers: customers
            .into_iter()
            .map(|row| CustomerLine {
                id: row.id.to_string(),
                phone: phones::format(&row.phone),
                lists: on.remove(&row.id).unwrap_or_default(),
                name: row.name,
                email: row.email,
                do_not_call: row.do_not_call,
            })
            .collect(),
        lists,
        refused: None,
    })
}

#[server(endpoint = "customers/load-customer", protocol = crate::protocol::FormToJson)]
pub async fn load_customer(form: OneCustomerForm) -> Result<CustomerPage, Error> {
    let (context, member, visit) = (server::context()?, server::member()?, server::visit()?);
    let id = form.parse()?;
    let row = customers::load(&context, member, id).await?;
    let calls = customers::calls_with(&context, member, id).await?;
    let has = match server::admin() {
        Ok(_) => Some(customers::count_calls(&context, member, id).await?),
        Err(_) => None,
    };
    Ok(CustomerPage {
        has: has.map(|has| [has.calls, has.transcripts, has.recordings]),
        added: server::instant(&visit, server::facts().language, row.created_at),
        calls: lines(&context, member, &visit, &calls).await?,
        form: form_of(row),
    })
}

#[server(endpoint = "customers/load-on-lists", protocol = crate::protocol::FormToJson)]
pub async fn load_on_lists(form: OneCustomerForm) -> Result<OnLists, Error> {
    let (context, member, id) = (server::context()?, server::member()?, form.parse()?);
    customers::load(&context, member, id).await?;
    let on = customers::list_lists(&context, member, Some(id)).await?;
    let mut others = customers::list_lists(&context, member, None).await?;
    others.retain(|list| on.iter().all(|other| other.id != list.id));
    let told = |lists: Vec<customers::ListLine>| lists.into_iter().map(list_line).collect();
    Ok(OnLists { on: told(on), others: told(others) })
}

/// Whose number this is.
#[server(endpoint = "customers/find-customer", protocol = crate::protocol::FormToJson)]
pub async fn find_customer(form: PhoneForm) -> Result<Option<Known>, Error> {
    let found = customers::find_by_phone(&server::context()?, server::member()?, &form.phone).await?;
    Ok(found.map(|row| Known { id: row.id.to_string(), name: row.name }))
}

/// The address of their page.
#[server(endpoint = "customers/create-customer", protocol = crate::protocol::FormToJson)]
pub async fn create_customer(form: CustomerForm) -> Result<String, Error> {
    let row = customers::create(&server::context()?, server::member()?, form).await?;
    let path = paths::customer(&row.id.to_string());
    server::send_to(&format!("{path}?saved=customers/create-customer"));
    Ok(path)
}

/// As they are saved now.
#[server(endpoint = "customers/update-customer", protocol = crate::protocol::FormToJson)]
pub async fn update_customer(form: CustomerForm) -> Result<CustomerForm, Error> {
    let (context, member, id) = (server::context()?, server::member()?, form.id()?);
    let version = Some(form.version);
    Ok(form_of(customers::update(&context, member, id, form, version).await?))
}

#[server(endpoint = "customers/delete-customer", protocol = crate::protocol::FormToJson)]
pub async fn delete_customer(form: DeleteCustomerForm) -> Result<(), Error> {
    let (context, admin, (id, calls)) = (server::context()?, server::recent_admin()?, form.parse()?);
    customers::delete(&context, admin, id, calls, None).await?;
    server::send_to(&format!("{}?saved=customers/delete-customer", paths::CUSTOMERS));
    Ok(())
}

#[server(endpoint = "customers/create-list", protocol = crate::protocol::FormToJson)]
pub async fn create_list(form: ListForm) -> Result<(), Error> {
    customers::create_list(&server::context()?, server::member()?, form).await?;
    Ok(())
}

#[server(endpoint = "customers/rename-list", protocol = crate::protocol::FormToJson)]
pub async fn rename_list(form: ListForm) -> Result<(), Error> {
    Ok(customers::rename_list(&server::context()?, server::member()?, form).await?)
}

#[server(endpoint = "customers/delete-list", protocol = crate::protocol::FormToJson)]
pub async fn delete_list(form: OneListForm) -> Result<(), Error> {
    Ok(customers::delete_list(&server::context()?, server::admin()?, form).await?)
}

#[server(endpoint = "customers/add-to-list", protocol = crate::protocol::FormToJson)]
pub async fn add_to_list(form: ListedForm) -> Result<(), Error> {
    Ok(customers::add_to_list(&server::context()?, server::member()?, form).await?)
}

#[server(endpoint = "customers/remove-from-list", protocol = crate::protocol::FormToJson)]
pub async fn remove_from_list(form: ListedForm) -> Result<(), Error> {
    Ok(customers::remove_from_list(&server::context()?, server::member()?, form).await?)
}

#[cfg(feature = "ssr")]
pub(super) fn list_line(list: customers::ListLine) -> ListLine {
    ListLine { id: list.id.to_string(), name: list.name, customers: list.customers }
}

#[cfg(feature = "ssr")]
fn form_of(row: customers::Customer) -> CustomerForm {
    CustomerForm {
        customer: row.id.to_string(),
        phone: phones::format(&row.phone),
        name: row.name,
        email: row.email,
        note: row.note,
        do_not_call: row.do_not_call,
        version: row.version,
    }
}
