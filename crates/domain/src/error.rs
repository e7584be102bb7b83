//! The one error a caller can see: a stable code, the fields at fault, when to try again.
//!
//! It carries no sentence, no input and no secret; the browser, mails and the API
//! translate the code (a test checks that every code has a text in both languages).

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal, $status:literal;)+) => {
        /// What went wrong, in a word that never changes. The same codes serve whole requests and single fields.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Code {
            $($(#[$doc])* #[serde(rename = $text)] $variant,)+
        }

        impl Code {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code as it stands in JSON and in the locale files.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// The HTTP status of an answer whose main code this is.
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ }
            }
        }
    };
}

impl Code {
    /// Whether nobody is signed in (any more): signing in helps.
    pub const fn is_signed_out(self) -> bool {
        matches!(
            self,
            Self::Unauthenticated
                | Self::SessionExpired
                | Self::SessionIdle
                | Self::SessionRevoked
                | Self::OrganisationClosed
                | Self::CredentialsChanged
        )
    }
}

impl Code {
    /// Whether somebody was kept out: a secret was wrong, a right was missing, a budget used up, a request tampered with. It stands in
    /// the server's log; what people mistype in forms does not.
    pub const fn is_refusal(self) -> bool {
        matches!(
            self,
            Self::BadRequest
                | Self::Unauthenticated
                | Self::Forbidden
                | Self::NotFound
                | Self::TooManyTries
                | Self::WrongCredentials
                | Self::Unverified
                | Self::LinkExpired
                | Self::ChallengeExpired
                | Self::TwoFactorRequired
                | Self::PasskeyRefused
                | Self::NoOrganisation
                | Self::WrongAccount
                | Self::SupportForbidden
                | Self::SupportReadOnly
                | Self::SupportNotAllowed
                | Self::SupportReach
                | Self::KeyInvalid
                | Self::ScopeMissing
                | Self::WrongHost
                | Self::RateLimited
                | Self::PasswordWrong
                | Self::CodeWrong
                | Self::ClockWrong
        )
    }
}

codes! {
    // --- whole requests ---
    /// The request could not be read: a missing, unknown or malformed field.
    BadRequest = "bad_request", 400;
    /// One or more fields are wrong; see `fields`.
    Invalid = "invalid", 422;
    /// Nobody is signed in, or the session has ended.
    Unauthenticated = "unauthenticated", 401;
    /// Signed in, but the role does not allow it.
    Forbidden = "forbidden", 403;
    /// Does not exist, or belongs to somebody else: the same answer.
    NotFound = "not_found", 404;
    /// Somebody else saved in the meantime.
    Conflict = "conflict", 409;
    /// The page is of another organisation than the session stands in now.
    OtherOrganisation = "other_organisation", 409;
    /// The body is larger than the route allows.
    TooLarge = "too_large", 413;
    /// Too many tries; see `retry_after`.
    TooManyTries = "too_many_tries", 429;
    /// Address or password wrong: never says which.
    WrongCredentials = "wrong_credentials", 401;
    /// The address has not been confirmed yet.
    Unverified = "unverified", 403;
    /// A mailed link is used, expired, replaced or made up: never says which.
    LinkExpired = "link_expired", 410;
    /// The session is over: its eight hours have passed.
    SessionExpired = "session_expired", 401;
    /// The session is over: longer unused than the organisation allows.
    SessionIdle = "session_idle", 401;
    /// The session is over: ended from another device or by an administrator.
    SessionRevoked = "session_revoked", 401;
    /// The session is over: the organisation it stood in is to be deleted.
    OrganisationClosed = "organisation_closed", 401;
    /// The session is over: the password or the second factor of its person was changed.
    CredentialsChanged = "credentials_changed", 401;
    /// The password was right and a code is owed, but too late, too often, or from elsewhere: sign in again.
    ChallengeExpired = "challenge_expired", 401;
    /// The organisation requires a second factor and the person has none.
    TwoFactorRequired = "two_factor_required", 403;
    /// The organisation is to be deleted, or is being deleted: until an owner gives it back it is closed.
    OrganisationDeleting = "organisation_deleting", 403;
    /// Too late to give the organisation back: it is being deleted, or nobody asked for that.
    RestoreTooLate = "restore_too_late", 409;
    /// The last proof of the password is older than ten minutes.
    PasswordNeeded = "password_needed", 403;
    /// An organisation of the person requires a second factor: the last one can't be removed.
    TwoFactorKept = "two_factor_kept", 409;
    /// Only somebody who has a second factor may require one of others.
    TwoFactorFirst = "two_factor_first", 409;
    /// One's own factor is changed in one's own account, not by the administrator's button.
    NotOnYourself = "not_on_yourself", 409;
    /// The person belongs to another organisation as well, which relies on their second factor.
    MemberElsewhere = "member_elsewhere", 409;
    /// There is nothing to prove, or it was not proved in time: start again.
    EnrolmentExpired = "enrolment_expired", 409;
    /// Passkeys need a host name; this server is addressed by number.
    PasskeysUnavailable = "passkeys_unavailable", 409;
    /// The browser's answer does not fit the question, is used up, or its passkey is unknown here.
    PasskeyRefused = "passkey_refused", 422;
    /// The person has as many passkeys as can be kept.
    TooManyPasskeys = "too_many_passkeys", 422;
    /// The right credentials of somebody who belongs to no organisation (any more).
    NoOrganisation = "no_organisation", 403;
    /// An organisation keeps at least one owner.
    LastOwner = "last_owner", 409;
    /// The invited address has an account: its owner signs in before they accept.
    SignInFirst = "sign_in_first", 409;
    /// Signed in with another address than the invited one.
    WrongAccount = "wrong_account", 403;
    /// Support does not do this in somebody else's organisation, whatever it was let in for.
    SupportForbidden = "support_forbidden", 403;
    /// Support was let in to read.
    SupportReadOnly = "support_read_only", 403;
    /// Staff stand in no organisation (any more): their time is up, they were shown out, or they never entered.
    SupportEnded = "support_ended", 403;
    /// The organisation lets no support in (any more).
    SupportNotAllowed = "support_not_allowed", 403;
    /// Support asks for more than the organisation lets it do.
    SupportReach = "support_reach", 403;
    /// One organisation at a time: leave the other one first.
    SupportInside = "support_inside", 409;
    /// A person is either staff or a member of organisations.
    StaffNoMember = "staff_no_member", 409;
    /// No access key, or one that is made up, expired, revoked or replaced: never says which.
    KeyInvalid = "key_invalid", 401;
    /// The access key has not the scope that this needs.
    ScopeMissing = "scope_missing", 403;
    /// No such resource takes this method.
    MethodNotAllowed = "method_not_allowed", 405;
    /// Asked under another name than the server's own.
    WrongHost = "wrong_host", 421;
    /// More requests than a key may make; see `retry_after`.
    RateLimited = "rate_limited", 429;
    /// It is no longer as the request says that it was known.
    PreconditionFailed = "precondition_failed", 412;
    /// Whoever replaces something says which version of it they know.
    PreconditionRequired = "precondition_required", 428;
    /// The same request, sent before, is still being answered.
    RequestInProgress = "request_in_progress", 409;
    /// The idempotency key named another request before.
    IdempotencyKeyReused = "idempotency_key_reused", 422;
    /// As many calls at once as the plan allows are running; see `retry_after`.
    SlotsFull = "slots_full", 429;
    /// The held slot was given back, or its time ran out: it can't be prolonged.
    LeaseEnded = "lease_ended", 409;
    /// The campaign is not in a state in which this can be done, any more or yet.
    CampaignState = "campaign_state", 409;
    /// A campaign that has not ended calls with this agent.
    AgentInUse = "agent_in_use", 409;
    /// What was tried out is too old to be saved, or was not good: try it again.
    UpstreamUntested = "upstream_untested", 409;
    /// An unexpected failure, logged under `request_id`.
    Internal = "internal", 500;
    /// The database does not answer at this moment; see `retry_after`. Whether a change was made shows when it is back.
    Unavailable = "unavailable", 503;
    /// The body came too slowly.
    TooSlow = "too_slow", 408;
    /// The browser could not reach the server.
    Offline = "offline", 503;

    // --- fields ---
    Required = "required", 422;
    TooShort = "too_short", 422;
    TooLong = "too_long", 422;
    ControlCharacter = "control_character", 422;
    EmailInvalid = "email_invalid", 422;
    PhoneInvalid = "phone_invalid", 422;
    PhoneIncomplete = "phone_incomplete", 422;
    PhoneNeedsCountry = "phone_needs_country", 422;
    WebsiteInvalid = "website_invalid", 422;
    TimeZoneUnknown = "time_zone_unknown", 422;
    ChoiceUnknown = "choice_unknown", 422;
    PasswordTooShort = "password_too_short", 422;
    PasswordTooLong = "password_too_long", 422;
    PasswordGuessable = "password_guessable", 422;
    PasswordsDiffer = "passwords_differ", 422;
    EmailSame = "email_same", 422;
    PasswordWrong = "password_wrong", 422;
    PasswordSame = "password_same", 422;
    CodeMalformed = "code_malformed", 422;
    /// No code of this moment, used before, or not one of the backup codes: never says which.
    CodeWrong = "code_wrong", 422;
    /// The code of another moment; see `seconds_off`.
    ClockWrong = "clock_wrong", 422;
    SavingRequired = "saving_required", 422;
    /// More people than the plan has seats for, invitations included.
    SeatsFull = "seats_full", 422;
    /// No number of calls at once that Enterprise can have.
    SlotsUnfit = "slots_unfit", 422;
    /// No number of slots below what the plan has.
    ReserveUnfit = "reserve_unfit", 422;
    /// No number of calls at once.
    CountInvalid = "count_invalid", 422;
    /// More calls at once than there are slots, and nobody said that this is meant.
    SlotsFew = "slots_few", 422;
    /// A list without anybody on it.
    ListEmpty = "list_empty", 422;
    /// More customers than one campaign may have.
    ListTooLong = "list_too_long", 422;
    /// The organisation has as many campaigns that have not ended as it may have.
    TooManyCampaigns = "too_many_campaigns", 422;
    /// The organisation has as many access keys as can work at the same time.
    TooManyKeys = "too_many_keys", 422;
    /// The organisation has something of this kind with this name.
    NameTaken = "name_taken", 422;
    /// The name of an organisation that was deleted a short time ago, or is to be.
    NameReserved = "name_reserved", 422;
    /// Not the word that confirms, letter by letter.
    WordDiffers = "word_differs", 422;
    /// The organisation has a customer with this number.
    PhoneTaken = "phone_taken", 422;
    /// The organisation has as many agents as it can have.
    TooManyAgents = "too_many_agents", 422;
    /// The organisation has as many lists as it can have.
    TooManyLists = "too_many_lists", 422;
    /// No address of a platform: not https, with a user name, with a query.
    UpstreamAddressInvalid = "upstream_address_invalid", 422;
    /// An address that the server does not go to: not encrypted, another port, inside of a network.
    UpstreamAddressRefused = "upstream_address_refused", 422;
    /// No key that could travel in a header.
    UpstreamKeyInvalid = "upstream_key_invalid", 422;
    /// Everybody who was to be invited is a member already.
    AlreadyMember = "already_member", 422;
    /// No tax number (VKN): its last digit does not fit the others, or it is too short or long.
    TaxNumberInvalid = "tax_number_invalid", 422;
    /// No national identity number (TCKN), for the same reasons.
    NationalNumberInvalid = "national_number_invalid", 422;
    /// The title of a company where a sole trader was chosen.
    CompanyTitle = "company_title", 422;
    /// A district of another province than the chosen one.
    DistrictElsewhere = "district_elsewhere", 422;
    /// A tax office of another province than the chosen one.
    TaxOfficeElsewhere = "tax_office_elsewhere", 422;
    /// A tax office was chosen, and another one written.
    TaxOfficeTwice = "tax_office_twice", 422;
    /// No amount of money, or not one that is possible here.
    AmountInvalid = "amount_invalid", 422;
    /// The organisation has no invoice with this number.
    InvoiceUnknown = "invoice_unknown", 422;
    /// A credit note exists for the invoice, or it is one.
    InvoiceCredited = "invoice_credited", 422;
    /// Not five digits, or not of the chosen province.
    PostcodeInvalid = "postcode_invalid", 422;
    // --- files ---
    FileMissing = "file_missing", 422;
    FileTooLarge = "file_too_large", 422;
    FileTypeRefused = "file_type_refused", 422;
    FileHeicRefused = "file_heic_refused", 422;
    ImageBroken = "image_broken", 422;
    ImageTooSmall = "image_too_small", 422;
    ImageTooManyPixels = "image_too_many_pixels", 422;
    LogoTooSmall = "logo_too_small", 422;
    /// Larger than a table may be.
    TableTooLarge = "table_too_large", 422;
    /// No text with columns and rows.
    TableUnreadable = "table_unreadable", 422;
    /// More rows than can be taken over at once.
    TooManyRows = "too_many_rows", 422;
    /// One column of a table that was to be two things.
    ColumnTwice = "column_twice", 422;
    /// A list was chosen, and another one named.
    ListTwice = "list_twice", 422;
    /// The number stands in an earlier row of the same table.
    PhoneTwice = "phone_twice", 422;
    // --- knowledge base ---
    /// The name does not end like a document that is kept.
    DocumentTypeRefused = "document_type_refused", 422;
    /// The content is not what the ending of the name says, or is text in another encoding than UTF-8.
    DocumentMismatch = "document_mismatch", 422;
    /// Larger than a document may be.
    DocumentTooLarge = "document_too_large", 422;
    /// Nothing in it.
    DocumentEmpty = "document_empty", 422;
    /// The plan has no room left for it.
    StorageFull = "storage_full", 422;
    /// A category would stand two levels below another one, or below itself.
    CategoryTooDeep = "category_too_deep", 422;
    /// The organisation has as many categories as it can have.
    TooManyCategories = "too_many_categories", 422;
    // --- data ---
    /// A call with this customer is going on, or this call is: what belongs to it can't be deleted yet.
    CallRunning = "call_running", 409;
    /// An export of the organisation is being made.
    ExportRunning = "export_running", 409;
    // --- hours ---
    TimeInvalid = "time_invalid", 422;
    IntervalEmpty = "interval_empty", 422;
    IntervalsOverlap = "intervals_overlap", 422;
    IntervalsMissing = "intervals_missing", 422;
    TooManyIntervals = "too_many_intervals", 422;
    DateInvalid = "date_invalid", 422;
    DatesReversed = "dates_reversed", 422;
    DatePast = "date_past", 422;
    DateTaken = "date_taken", 422;
    TooManyOverrides = "too_many_overrides", 422;
}

/// A field at fault. `field` is the path inside the form, in bracket form after the
/// first segment: `phone`, `days[2][intervals][0][end]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    pub field: String,
    pub code: Code,
}

/// What a use-case answers when it cannot do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppError {
    pub code: Code,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldError>,
    /// Seconds until another try makes sense.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    /// How far the clock of the authenticator app is off, in seconds; positive: ahead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds_off: Option<i32>,
    /// Names the log line of an unexpected failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

impl AppError {
    pub const fn new(code: Code) -> Self {
        Self { code, fields: Vec::new(), retry_after: None, seconds_off: None, request_id: None }
    }

    /// One field is wrong.
    pub fn field(field: impl Into<String>, code: Code) -> Self {
        Self::invalid(vec![FieldError { field: field.into(), code }])
    }

    /// Several fields are wrong, in the order they stand on the page.
    pub fn invalid(fields: Vec<FieldError>) -> Self {
        Self { fields, ..Self::new(Code::Invalid) }
    }

    pub fn too_many_tries(retry_after: u32) -> Self {
        Self { retry_after: Some(retry_after), ..Self::new(Code::TooManyTries) }
    }

    /// The code in `field` belongs to a moment this many seconds from now.
    pub fn clock_wrong(field: &str, seconds_off: i64) -> Self {
        Self { seconds_off: i32::try_from(seconds_off).ok(), ..Self::field(field, Code::ClockWrong) }
    }

    pub const fn status(&self) -> u16 {
        self.code.status()
    }

    /// What kept somebody out, if that is what it says.
    pub fn refusal(&self) -> Option<Code> {
        let mut codes = std::iter::once(self.code).chain(self.fields.iter().map(|fault| fault.code));
        codes.find(|code| code.is_refusal())
    }

    /// The code of the first error of `field`, if it has one.
    pub fn of(&self, field: &str) -> Option<Code> {
        self.fields.iter().find(|error| error.field == field).map(|error| error.code)
    }
}

impl From<Code> for AppError {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl std::fmt::Display for AppError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code.as_str())
    }
}

impl std::error::Error for AppError {}

/// Collects the errors of a whole form, so that a person sees all of them at once.
#[derive(Debug, Default)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    pub fn push(&mut self, field: impl Into<String>, code: Code) {
        self.0.push(FieldError { field: field.into(), code });
    }

    /// Keeps the value, or notes the error of `field` and gives `None`.
    pub fn keep<T>(&mut self, field: &str, result: Result<T, Code>) -> Option<T> {
        result.map_err(|code| self.push(field, code)).ok()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn into_error(self) -> AppError {
        AppError::invalid(self.0)
    }

    /// `Ok` while no error was noted.
    pub fn finish(self) -> Result<(), AppError> {
        if self.0.is_empty() { Ok(()) } else { Err(self.into_error()) }
    }
}
