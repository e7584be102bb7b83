//! What a browser loads when it opens a page. Pages that are used together are one piece of Wasm. The splitter makes a file for
//! every set of pieces that share a function; crates/site joins them to a few (docs/decisions/0046).

use std::{future::Future, pin::Pin};

use leptos::prelude::*;
use leptos_router::ChooseView;

use crate::{
    account::{AccountRoute, AppRoute, CodesRoute, ConfirmRoute, SessionsRoute},
    agents::{AgentRoute, AgentsRoute},
    audit::AuditRoute,
    billing::BillingRoute,
    branding::BrandingRoute,
    calls::{CallRoute, CallsRoute},
    campaigns::{CampaignRoute, CampaignsRoute, PlanRoute},
    customers::{CustomerRoute, CustomersRoute, ImportRoute, UploadRoute},
    dashboard::DashboardRoute,
    data::DataRoute,
    deletion::{AccountDeleteRoute, DeleteRoute, RestoreRoute},
    entrance::{
        CodeRoute, EmailRoute, ForgotRoute, LoginRoute, NotMeRoute, ResetRoute, SignupRoute,
        UnsubscribeRoute, VerifyRoute,
    },
    general::GeneralRoute,
    help::HelpRoute,
    hours::HoursRoute,
    invoices::InvoiceRoute,
    keys::KeysRoute,
    knowledge::KnowledgeRoute,
    members::{InvitationRoute, MembersRoute},
    notifications::{NoticesRoute, NotificationsRoute},
    reports::ReportsRoute,
    security::SecurityRoute,
    support::{DeskRoute, RecordRoute},
    system::SystemRoute,
};

/// A page whose code is loaded when it is opened, what it asks the server with it: how answers are read is
/// half of a page's code.
pub trait LazyPage: Sized + 'static {
    /// What it asks the server.
    fn data() -> Self;

    fn view(self) -> AnyView;
}

/// Where a page is opened: the same type for every page, so that nothing of the router is instantiated for each of them.
#[derive(Clone, Copy)]
pub struct Open {
    view: fn() -> Pin<Box<dyn Future<Output = AnyView>>>,
    preload: fn() -> Pin<Box<dyn Future<Output = ()>>>,
}

impl ChooseView for Open {
    async fn choose(self) -> AnyView {
        (self.view)().await
    }

    async fn preload(&self) {
        (self.preload)().await;
    }
}

/// A page that has its place in a piece below. Nothing of the page itself is in the piece that every page loads.
pub trait InPiece {
    const OPEN: Open;
}

/// One piece: `name, preload: Page = type, …`. `preload` is what `#[lazy]` calls the function that only loads it.
macro_rules! piece {
    ($name:ident, $preload:ident: $($page:ident = $route:ident),+ $(,)?) => {
        mod $name {
            use super::*;

            pub enum Page {
                $($page),+
            }

            #[lazy]
            pub fn $name(page: Page) -> AnyView {
                match page {
                    $(Page::$page => $route::data().view()),+
                }
            }

            pub fn preload() -> Pin<Box<dyn Future<Output = ()>>> {
                #[cfg(target_arch = "wasm32")]
                return Box::pin($preload());
                #[cfg(not(target_arch = "wasm32"))]
                Box::pin(std::future::ready(()))
            }
        }

        $(impl InPiece for $route {
            const OPEN: Open =
                Open { view: || Box::pin($name::$name($name::Page::$page)), preload: $name::preload };
        })+
    };
}

piece!(login_piece, __preload_login_piece: Login = LoginRoute, Code = CodeRoute);
piece!(signup_piece, __preload_signup_piece: Signup = SignupRoute, Verify = VerifyRoute, Invitation = InvitationRoute);
// What mails lead to, and asking for such a mail.
piece!(links_piece, __preload_links_piece:
    Forgot = ForgotRoute, Reset = ResetRoute, Email = EmailRoute, NotMe = NotMeRoute, Unsubscribe = UnsubscribeRoute,
    Restore = RestoreRoute);
piece!(account_piece, __preload_account_piece:
    Account = AccountRoute, App = AppRoute, Codes = CodesRoute, Confirm = ConfirmRoute, Sessions = SessionsRoute,
    Delete = AccountDeleteRoute);
piece!(general_piece, __preload_general_piece: General = GeneralRoute);
piece!(branding_piece, __preload_branding_piece: Branding = BrandingRoute);
piece!(hours_piece, __preload_hours_piece: Hours = HoursRoute);
piece!(billing_piece, __preload_billing_piece: Billing = BillingRoute, Invoice = InvoiceRoute);
piece!(members_piece, __preload_members_piece: Members = MembersRoute);
piece!(security_piece, __preload_security_piece: Security = SecurityRoute);
piece!(keys_piece, __preload_keys_piece: Keys = KeysRoute);
piece!(knowledge_piece, __preload_knowledge_piece: Knowledge = KnowledgeRoute);
piece!(calls_piece, __preload_calls_piece:
    Dashboard = DashboardRoute, Calls = CallsRoute, Call = CallRoute, Reports = ReportsRoute);
piece!(audit_piece, __preload_audit_piece: Audit = AuditRoute);
piece!(notifications_piece, __preload_notifications_piece:
    Notifications = NotificationsRoute, Notices = NoticesRoute, Help = HelpRoute);
piece!(data_piece, __preload_data_piece: Data = DataRoute, Delete = DeleteRoute);
piece!(campaigns_piece, __preload_campaigns_piece:
    Campaigns = CampaignsRoute, Campaign = CampaignRoute, Plan = PlanRoute, Agents = AgentsRoute, Agent = AgentRoute);
piece!(customers_piece, __preload_customers_piece:
    Customers = CustomersRoute, Customer = CustomerRoute);
piece!(import_piece, __preload_import_piece: Upload = UploadRoute, Import = ImportRoute);
piece!(record_piece, __preload_record_piece: Record = RecordRoute);
// Of staff.
piece!(support_piece, __preload_support_piece: Desk = DeskRoute, System = SystemRoute);
