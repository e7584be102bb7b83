//! The room of the organisation's people: roles, invitations, seats.

use serde::{Deserialize, Serialize};

use crate::{
    AppError, Code, InvitationId, PersonId, Role,
    entrance::{Password, parse_token},
    error::FieldErrors,
    general::{Email, Name, is_pasted_mark},
    plan::Plan,
};

/// Whether `acting` may change, remove or invite somebody of `role`: nobody reaches above themselves.
pub fn may_act_on(acting: Role, role: Role) -> bool {
    acting >= Role::Admin && role <= acting
}

/// The roles that `acting` may give to somebody who has `current`, greatest first; none if they are out of reach.
pub fn assignable(acting: Role, current: Role) -> impl Iterator<Item = Role> {
    let reachable = may_act_on(acting, current);
    Role::ALL.into_iter().rev().filter(move |role| reachable && *role <= acting)
}

/// Addresses to invite, as typed or pasted, and the role they are to have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InviteForm {
    pub emails: String,
    pub role: String,
}

/// An invitation worth sending: every address once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invite {
    pub emails: Vec<Email>,
    pub role: Role,
}

impl InviteForm {
    /// Errors: `emails` is `Required`, `EmailInvalid` (see [`unreadable`]) or `SeatsFull`; `role` is `ChoiceUnknown`.
    pub fn parse(&self) -> Result<Invite, AppError> {
        let mut errors = FieldErrors::default();
        let emails = errors.keep("emails", parse_addresses(&self.emails));
        let role = errors.keep("role", parse_role(&self.role));
        match (emails, role) {
            (Some(emails), Some(role)) => Ok(Invite { emails, role }),
            _ => Err(errors.into_error()),
        }
    }
}

fn parse_role(word: &str) -> Result<Role, Code> {
    Role::from_word(word).ok_or(Code::ChoiceUnknown)
}

fn parse_addresses(text: &str) -> Result<Vec<Email>, Code> {
    let mut emails: Vec<Email> = Vec::new();
    for part in split(text) {
        let email = Email::parse(part)?;
        if !emails.iter().any(|known| known.normalised() == email.normalised()) {
            emails.push(email);
        }
        if emails.len() > Plan::Enterprise.seats() {
            return Err(Code::SeatsFull);
        }
    }
    if emails.is_empty() { Err(Code::Required) } else { Ok(emails) }
}

/// What in a typed text is no address, in its order, for the sentence under the field.
pub fn unreadable(text: &str) -> Vec<&str> {
    split(text).filter(|part| Email::parse(part).is_err()).collect()
}

/// The addresses in a text: between commas, semicolons, line breaks and spaces. Of `Ayşe Erdem <ayse@yildiz.example>`, as
/// mail programs copy it, the name is left out.
fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';', '\n', '\r']).flat_map(|part| {
        let is_named = part.contains('<') && part.contains('@');
        let words = part.split(move |c: char| is_pasted_mark(c) || is_named && matches!(c, '<' | '>'));
        words.filter(move |word| if is_named { word.contains('@') } else { !word.is_empty() })
    })
}

/// One invitation, named by a button in its row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvitationForm {
    pub invitation: String,
}

impl InvitationForm {
    /// What is no identifier belongs to nobody: `NotFound`.
    pub fn parse(&self) -> Result<InvitationId, AppError> {
        self.invitation.parse().map_err(|_| Code::NotFound.into())
    }
}

/// Another role for a member.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleForm {
    pub person: String,
    pub role: String,
}

impl RoleForm {
    /// Errors: `NotFound` for what is no identifier; field `role` is `ChoiceUnknown`.
    pub fn parse(&self) -> Result<(PersonId, Role), AppError> {
        let person = self.person.parse().map_err(|_| Code::NotFound)?;
        Ok((person, parse_role(&self.role).map_err(|code| AppError::field("role", code))?))
    }
}

/// The page behind an invitation, for somebody who has no account yet.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JoinForm {
    pub token: String,
    pub name: String,
    pub password: Password,
}

impl JoinForm {
    /// Parses the form; a token that can't be one is `LinkExpired`, whatever the rest is. `password` says how
    /// guessable it is for a person of this name.
    pub fn parse(
        &self,
        password: impl FnOnce(&Password, &str) -> Result<(), Code>,
    ) -> Result<(&str, Name), AppError> {
        let token = parse_token(&self.token)?;
        let mut errors = FieldErrors::default();
        let name = errors.keep("name", Name::parse(&self.name));
        let checked = self.password.check_length().and_then(|()| password(&self.password, &self.name));
        let checked = errors.keep("password", checked);
        match (name, checked) {
            (Some(name), Some(())) => Ok((token, name)),
            _ => Err(errors.into_error()),
        }
    }
}

/// The token opens an organisation: it is a secret like a password.
impl std::fmt::Debug for JoinForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JoinForm(…)")
    }
}

/// An address as somebody else may see it: `m•••@yildiz.example`. Its owner recognises it, nobody can write to it.
pub fn masked(email: &str) -> String {
    let (local, host) = email.split_once('@').unwrap_or((email, ""));
    let first = local.chars().next().map(String::from).unwrap_or_default();
    format!("{first}•••@{host}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(emails: &str) -> Result<Vec<String>, AppError> {
        let form = InviteForm { emails: emails.into(), role: "member".into() };
        form.parse().map(|invite| invite.emails.into_iter().map(Email::into_string).collect())
    }

    #[test]
    fn addresses_are_read_however_they_were_pasted() {
        let pasted = "a@x.co, b@x.co;c@x.co\r\nAyşe Erdem <d@x.co>\n\n  e@x.co f@x.co\t\"Öz, Mert\"";
        assert_eq!(unreadable(pasted), ["\"Öz", "Mert\""]);
        let pasted = pasted.replace("\"Öz, Mert\"", "Mert Öz <g@x.co>;");
        assert_eq!(
            parse(&pasted).unwrap(),
            ["a@x.co", "b@x.co", "c@x.co", "d@x.co", "e@x.co", "f@x.co", "g@x.co"]
        );
        assert_eq!(parse("\u{200e}a@x.co\u{200e}").unwrap(), ["a@x.co"]);
    }

    #[test]
    fn an_address_counts_once_and_all_mistakes_are_told() {
        assert_eq!(parse("INFO@x.co, info@X.co").unwrap(), ["INFO@x.co"]);
        assert_eq!(unreadable("Mert Öz <mert>, <b>x</b>"), ["Mert", "Öz", "<mert>", "<b>x</b>"]);
        for (emails, code) in
            [("", Code::Required), (" ,;\n", Code::Required), ("a@x.co, mert", Code::EmailInvalid)]
        {
            assert_eq!(parse(emails).unwrap_err().of("emails"), Some(code), "{emails:?}");
        }
        let many: Vec<String> = (0..=Plan::Enterprise.seats()).map(|n| format!("kisi{n}@x.co")).collect();
        assert_eq!(parse(&many.join("\n")).unwrap_err().of("emails"), Some(Code::SeatsFull));
        let error = InviteForm { emails: "mert".into(), role: "king".into() }.parse().unwrap_err();
        assert_eq!(
            (error.of("emails"), error.of("role")),
            (Some(Code::EmailInvalid), Some(Code::ChoiceUnknown))
        );
    }

    #[test]
    fn nobody_reaches_above_themselves() {
        use Role::{Admin, Member, Owner};
        let may = |acting, current| assignable(acting, current).collect::<Vec<_>>();
        assert_eq!(may(Owner, Owner), [Owner, Admin, Member]);
        assert_eq!(may(Admin, Member), [Admin, Member]);
        assert_eq!(may(Admin, Owner), []);
        assert_eq!(may(Member, Member), []);
        assert!(!may_act_on(Member, Member) && !may_act_on(Admin, Owner) && may_act_on(Owner, Owner));
    }

    #[test]
    fn somebody_who_joins_gives_a_name_and_a_password() {
        let token = "abcdefghijklmnop";
        let form = JoinForm { token: token.into(), ..JoinForm::default() };
        let error = form.parse(|_, _| Ok(())).unwrap_err();
        assert_eq!((error.of("name"), error.of("password")), (Some(Code::Required), Some(Code::Required)));
        let error = JoinForm { token: "a b".into(), ..form.clone() }.parse(|_, _| Ok(())).unwrap_err();
        assert_eq!(error.code, Code::LinkExpired);
        let form = JoinForm { name: " Mert  Öz ".into(), password: Password("mavi deniz".into()), ..form };
        assert_eq!(form.parse(|_, _| Ok(())).unwrap().1.as_str(), "Mert Öz");
        assert_eq!(
            form.parse(|_, _| Err(Code::PasswordGuessable)).unwrap_err().of("password"),
            Some(Code::PasswordGuessable)
        );
        assert_eq!(format!("{form:?}"), "JoinForm(…)");
    }

    #[test]
    fn a_masked_address_is_recognised_and_no_more() {
        assert_eq!(masked("mert@yildiz.example"), "m•••@yildiz.example");
        assert_eq!(masked("ı@x"), "ı•••@x");
        assert_eq!(masked(""), "•••@");
    }
}
