//! Who works there: invited, joined, looked around. Their passwords are forgotten at once.

use chrono::TimeDelta;
use domain::{
    Actor, AppError, Role,
    entrance::Password,
    members::{InviteForm, JoinForm},
};

use super::{mailed_token, sign_in};
use crate::{Context, members, session, token};

const COLLEAGUES: [(&str, &str, Role); 4] = [
    ("Mehmet Kaya", "mehmet.kaya@yildizcagri.com.tr", Role::Admin),
    ("Zeynep Şahin", "zeynep.sahin@yildizcagri.com.tr", Role::Admin),
    ("Emre Doğan", "emre.dogan@yildizcagri.com.tr", Role::Member),
    ("Işıl Güneş", "isil.gunes@yildizcagri.com.tr", Role::Member),
];

pub(super) async fn join(context: &Context, owner: Actor) -> Result<(), AppError> {
    for (name, email, role) in COLLEAGUES {
        invite(context, owner, email, role).await?;
        let token = mailed_token(context, email).await?;
        context.clock.advance(TimeDelta::minutes(7));
        let password = token::random_text::<12>();
        let form = JoinForm { token, name: name.to_owned(), password: Password(password.clone()) };
        members::join(context, form).await?;
        let account = sign_in(context, email, &password).await?;
        session::sign_out(context, account).await?;
    }
    Ok(())
}

/// Waits to be accepted.
pub(super) async fn invite_one_more(context: &Context, owner: Actor) -> Result<(), AppError> {
    invite(context, owner, "burak.arslan@yildizcagri.com.tr", Role::Member).await
}

async fn invite(context: &Context, owner: Actor, email: &str, role: Role) -> Result<(), AppError> {
    let form = InviteForm { emails: email.to_owned(), role: role.as_str().to_owned() };
    members::invite(context, owner.admin()?, form).await?;
    Ok(())
}
