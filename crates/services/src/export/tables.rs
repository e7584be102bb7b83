//! What of an organisation is exported, table by table and column by column, and what is not, and why. A test compares both
//! lists with the entities: a new table stands in one of them.

use domain::OrganisationId;
use entity::{call, invoice, knowledge_file, membership};
use sea_orm::{
    ColumnTrait, Condition,
    sea_query::{ExprTrait, Query},
};
use tokio::io::AsyncWrite;

use super::{Stop, writing::Writing};
use crate::customers::theirs;

/// `"file": entity, also as CSV or not, columns that stay here, whose rows;`. Rows are those of the organisation unless it
/// says otherwise.
macro_rules! tables {
    ($($name:literal: $entity:ident $format:ident, without [$($hidden:ident),*] $(, $of:ident: $whose:expr)?;)+) => {
        /// Every file of rows, with its entity and the columns that it leaves out.
        #[cfg(test)]
        pub(super) const EXPORTED: &[(&str, &str, &[&str])] =
            &[$(($name, stringify!($entity), &[$(stringify!($hidden)),*])),+];

        pub(super) async fn count(of: OrganisationId, context: &crate::Context) -> Result<u64, domain::AppError> {
            let mut all = 0;
            $(
                let whose = tables!(@whose $entity of $($of: $whose)?);
                let times = if Format::$format == Format::Csv { 2 } else { 1 };
                all += times * super::writing::count::<entity::$entity::Entity>(context, whose).await?;
            )+
            Ok(all)
        }

        pub(super) async fn write<W: AsyncWrite + Unpin + Send>(
            writing: &mut Writing<W>,
            of: OrganisationId,
        ) -> Result<(), Stop> {
            $(
                let whose = tables!(@whose $entity of $($of: $whose)?);
                let hidden = [$(entity::$entity::Column::$hidden),*];
                writing.table::<entity::$entity::Entity>($name, Format::$format, &hidden, whose).await?;
            )+
            Ok(())
        }
    };
    (@whose $entity:ident $of:ident) => {
        Condition::all().add(entity::$entity::Column::OrganisationId.eq($of.0))
    };
    (@whose $entity:ident $of:ident $given:ident: $whose:expr) => {{
        let $given: OrganisationId = $of;
        Condition::all().add($whose)
    }};
}

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// JSON Lines only.
    Json,
    /// As a table for spreadsheets, too.
    Csv,
}

tables! {
    "organisation": organisation Json, without [], of: entity::organisation::Column::Id.eq(of.0);
    "people": person Json, without [PasswordHash, EmailKey], of: entity::person::Column::Id.in_subquery(
        Query::select()
            .column(membership::Column::PersonId)
            .from(membership::Entity)
            .and_where(membership::Column::OrganisationId.eq(of.0))
            .to_owned()
    );
    "memberships": membership Json, without [];
    "invitations": invitation Json, without [TokenHash, EmailKey];
    "hours": hours Json, without [];
    "customers": customer Csv, without [NameKey];
    "customer_lists": customer_list Json, without [NameKey];
    "listed_customers": listed_customer Json, without [];
    "calls": call Csv, without [Recording];
    "calls_by_day": call_day Json, without [];
    "calls_by_quarter": call_quarter Json, without [];
    "agents": agent Csv, without [NameKey];
    "campaigns": campaign Csv, without [];
    "campaign_targets": campaign_target Json, without [];
    "knowledge_categories": knowledge_category Json, without [NameKey];
    "knowledge_files": knowledge_file Json, without [NameKey, Object],
        of: knowledge_file::Column::OrganisationId.eq(of.0).and(knowledge_file::Column::StoredAt.is_not_null());
    "invoices": invoice Csv, without [];
    "invoice_lines": invoice_line Json, without [], of: entity::invoice_line::Column::InvoiceId.in_subquery(
        Query::select()
            .column(invoice::Column::Id)
            .from(invoice::Entity)
            .and_where(invoice::Column::OrganisationId.eq(of.0))
            .to_owned()
    );
    "charges": charge Json, without [];
    "billing_account": billing_account Json, without [];
    "credit_entries": credit_entry Json, without [];
    "tax_identity": tax_identity Json, without [NationalNumber];
    "slot_weather": slot_weather Json, without [];
    "logo": logo Json, without [];
    "access_keys": access_key Json, without [TokenHash, OldTokenHash];
    "upstream": upstream Json, without [Key, OldKey];
    "support_sessions": support_session Json, without [SessionId];
    "notification_defaults": notification_default Json, without [];
    "notification_choices": notification_choice Json, without [];
    "audit": audit Json, without [];
}

/// What stays here, and why; the manifest says so.
pub(super) const LEFT_OUT: &[(&str, &str)] = &[
    ("answered_request", "answers to programs, kept for a day so that a repeated request is not done twice"),
    ("customer_import", "uploaded tables on their way to become customers; they are gone within a day"),
    ("data_export", "exports themselves"),
    ("deletion_certificate", "what proves a deletion; it is mailed to the owners"),
    ("deletion_step", "how far a deletion is"),
    ("digest", "when a digest was sent"),
    ("digest_window", "when the next digest is due"),
    ("job", "work that waits to be done, mails among it, sealed"),
    ("lease", "calls of this moment"),
    ("logo_file", "names of earlier pictures of the logo"),
    ("notification", "what each person was told of what stands in other tables"),
    ("session", "browsers that people sign in with: theirs, not the organisation's"),
    ("slot_pool", "calls of this moment"),
    ("upstream_trial", "a connection that was tried and not saved"),
];

/// What an organisation holds about one of its customers.
pub(super) async fn write_customer<W: AsyncWrite + Unpin + Send>(
    writing: &mut Writing<W>,
    of: OrganisationId,
    row: &entity::customer::Model,
) -> Result<(), Stop> {
    use entity::{campaign_target, customer, customer_list, listed_customer};
    let mine = Condition::all().add(customer::Column::Id.eq(row.id));
    writing.table::<customer::Entity>("customer", Format::Csv, &[customer::Column::NameKey], mine).await?;
    let on = Query::select()
        .column(listed_customer::Column::ListId)
        .from(listed_customer::Entity)
        .and_where(listed_customer::Column::CustomerId.eq(row.id))
        .to_owned();
    let lists = Condition::all().add(customer_list::Column::Id.in_subquery(on));
    writing
        .table::<customer_list::Entity>("lists", Format::Json, &[customer_list::Column::NameKey], lists)
        .await?;
    let calls = theirs(of, row);
    writing.table::<call::Entity>("calls", Format::Csv, &[call::Column::Recording], calls.clone()).await?;
    let targets = Condition::all().add(campaign_target::Column::CustomerId.eq(row.id));
    writing.table::<campaign_target::Entity>("campaign_targets", Format::Json, &[], targets).await?;
    writing.recordings(calls).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{collections::BTreeSet, path::Path};

    /// `(entity, its source)`
    fn entities() -> Vec<(String, String)> {
        let folder = Path::new("../entity/src");
        let mut all = Vec::new();
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            all.push((name, std::fs::read_to_string(&path).unwrap()));
        }
        all
    }

    #[test]
    fn every_table_of_an_organisation_is_exported_or_left_out_with_a_reason() {
        let theirs: BTreeSet<String> = entities()
            .into_iter()
            .filter(|(_, source)| source.contains("pub organisation_id:"))
            .map(|(name, _)| name)
            .collect();
        assert!(theirs.len() > 30, "{theirs:?}");
        let exported: BTreeSet<&str> = EXPORTED.iter().map(|(_, entity, _)| *entity).collect();
        let left_out: BTreeSet<&str> = LEFT_OUT.iter().map(|(entity, _)| *entity).collect();
        assert_eq!(exported.intersection(&left_out).collect::<Vec<_>>(), [&""; 0]);
        let forgotten: Vec<&String> = theirs
            .iter()
            .filter(|name| !exported.contains(name.as_str()) && !left_out.contains(name.as_str()))
            .collect();
        assert!(forgotten.is_empty(), "export it, or say why not: {forgotten:?}");
        assert!(left_out.iter().all(|name| theirs.contains(*name)), "no such table: {left_out:?}");
    }

    /// A column that sounds like a secret is left out, or stands here because it is none.
    #[test]
    fn no_secret_leaves() {
        const NONE: [(&str, &str); 10] = [
            ("access_key", "token_start"),
            ("audit", "hash"),
            ("knowledge_file", "hash"),
            ("upstream", "key_end"),
            ("upstream", "old_key_end"),
            ("organisation", "two_factor_required"),
            ("access_key", "old_token_ends_at"),
            ("membership", "hidden_from_support"),
            ("tax_identity", "tax_number"),
            ("invoice", "number"),
        ];
        let suspicious = ["hash", "token", "secret", "key", "password", "national", "sealed", "credential"];
        let camel = |column: &str| {
            column.split('_').map(|word| word[..1].to_uppercase() + &word[1..]).collect::<String>()
        };
        for (name, source) in entities() {
            let Some((_, _, hidden)) = EXPORTED.iter().find(|(_, entity, _)| *entity == name) else {
                continue;
            };
            let model = source.split("pub struct Model {").nth(1).unwrap().split("\n}").next().unwrap();
            for line in model.lines().filter_map(|line| line.trim().strip_prefix("pub ")) {
                let column = line.split(':').next().unwrap();
                let sounds = suspicious.iter().any(|word| column.contains(word));
                let stays = hidden.contains(&camel(column).as_str());
                let is_none = NONE.contains(&(name.as_str(), column));
                assert!(!sounds || stays || is_none, "{name}.{column} sounds like a secret");
            }
        }
    }
}
