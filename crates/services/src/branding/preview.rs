//! A mail as it would be sent now, for the page to show.

use domain::{Admin, AppError, Role};
use entity::{organisation, person};
use sea_orm::EntityTrait;

use super::{brand, load_branding};
use crate::{
    Context,
    failure::{OrInternal, internal},
    mail::{self, Belonging, Mail, MailKind, Scheme},
};

/// The HTML of the invitation that the administrator's company would send, with the logo as it is saved now. Its link
/// leads nowhere.
pub async fn preview_mail(context: &Context, admin: Admin, scheme: Scheme) -> Result<String, AppError> {
    let read = context.database.read();
    let organisation = organisation::Entity::by_id(admin.organisation).one(read).await.or_internal()?;
    let person = person::Entity::find_by_id(admin.person.0).one(read).await.or_internal()?;
    let (Some(organisation), Some(person)) = (organisation, person) else {
        return Err(internal("somebody signed in is gone"));
    };
    let logo = load_branding(context, admin).await?.logo;
    let brand = logo.map(|logo| brand(context, organisation.name.clone(), &logo.name));
    let about = Belonging::Invited { inviter: person.name, role: Role::Member };
    let mail = Mail {
        id: context.id(),
        to: person.email,
        language: admin.language,
        organisation: Some(organisation.id()),
        kind: MailKind::Belonging { about, organisation: organisation.name, link: context.link("/invite") },
    };
    mail::preview(&mail, brand.as_ref(), scheme).or_internal()
}
