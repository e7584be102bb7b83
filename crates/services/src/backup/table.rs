//! Tables and rows as a backup holds them: what the columns are called and mean, and a JSON array per row. A backup
//! describes its own tables, so it can be read by a program whose tables have changed since.

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ColumnTrait, ColumnType, DbErr, EntityTrait, IdenStatic, Iterable, QueryResult, Value,
    sea_query::{
        Alias, DeleteStatement, Expr, ExprTrait, InsertStatement, Order, Query, SelectStatement, SimpleExpr,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::BackupFailure;

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Boolean,
    SmallInteger,
    Integer,
    BigInteger,
    Text,
    /// Base64 in JSON.
    Bytes,
    /// `2026-11-29`.
    Date,
    /// RFC 3339, as exact as the database has it.
    Timestamp,
    Uuid,
}

impl Kind {
    fn of(column: &ColumnType) -> Option<Self> {
        Some(match column {
            ColumnType::Boolean => Self::Boolean,
            ColumnType::SmallInteger => Self::SmallInteger,
            ColumnType::Integer => Self::Integer,
            ColumnType::BigInteger => Self::BigInteger,
            ColumnType::Text | ColumnType::String(_) => Self::Text,
            ColumnType::Binary(_) | ColumnType::VarBinary(_) | ColumnType::Blob => Self::Bytes,
            ColumnType::Date => Self::Date,
            ColumnType::TimestampWithTimeZone => Self::Timestamp,
            ColumnType::Uuid => Self::Uuid,
            _ => return None,
        })
    }

    fn read(self, row: &QueryResult, column: &str) -> Result<Json, DbErr> {
        Ok(match self {
            Self::Boolean => row.try_get::<Option<bool>>("", column)?.into(),
            Self::SmallInteger => row.try_get::<Option<i16>>("", column)?.into(),
            Self::Integer => row.try_get::<Option<i32>>("", column)?.into(),
            Self::BigInteger => row.try_get::<Option<i64>>("", column)?.into(),
            Self::Text => row.try_get::<Option<String>>("", column)?.into(),
            Self::Bytes => {
                row.try_get::<Option<Vec<u8>>>("", column)?.map(|bytes| STANDARD_NO_PAD.encode(bytes)).into()
            }
            Self::Date => row.try_get::<Option<NaiveDate>>("", column)?.map(|day| day.to_string()).into(),
            Self::Timestamp => {
                row.try_get::<Option<DateTime<Utc>>>("", column)?.map(|at| at.to_rfc3339()).into()
            }
            Self::Uuid => row.try_get::<Option<Uuid>>("", column)?.map(|id| id.to_string()).into(),
        })
    }

    /// `None` if the JSON is no such value.
    fn value(self, json: Json) -> Option<Value> {
        let text = |json: &Json| json.as_str().map(str::to_owned);
        if json == Json::Null {
            return Some(self.null());
        }
        Some(match self {
            Self::Boolean => json.as_bool()?.into(),
            Self::SmallInteger => i16::try_from(json.as_i64()?).ok()?.into(),
            Self::Integer => i32::try_from(json.as_i64()?).ok()?.into(),
            Self::BigInteger => json.as_i64()?.into(),
            Self::Text => text(&json)?.into(),
            Self::Bytes => STANDARD_NO_PAD.decode(json.as_str()?).ok()?.into(),
            Self::Date => json.as_str()?.parse::<NaiveDate>().ok()?.into(),
            Self::Timestamp => json.as_str()?.parse::<DateTime<Utc>>().ok()?.into(),
            Self::Uuid => json.as_str()?.parse::<Uuid>().ok()?.into(),
        })
    }

    fn null(self) -> Value {
        match self {
            Self::Boolean => None::<bool>.into(),
            Self::SmallInteger => None::<i16>.into(),
            Self::Integer => None::<i32>.into(),
            Self::BigInteger => None::<i64>.into(),
            Self::Text => None::<String>.into(),
            Self::Bytes => None::<Vec<u8>>.into(),
            Self::Date => None::<NaiveDate>.into(),
            Self::Timestamp => None::<DateTime<Utc>>.into(),
            Self::Uuid => None::<Uuid>.into(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Table {
    pub name: String,
    columns: Vec<(String, Kind)>,
}

impl Table {
    /// Every table of this program, in an order in which rows can be written.
    pub fn every() -> Result<Vec<Self>, BackupFailure> {
        macro_rules! each {
            ($($table:ident),+) => { vec![$(Self::of::<entity::$table::Entity>()?),+] };
        }
        Ok(entity::every_table!(each))
    }

    fn of<E>() -> Result<Self, BackupFailure>
    where
        E: EntityTrait,
        E::Column: Iterable + IdenStatic,
    {
        let name = E::default().table_name().to_owned();
        let column = |column: E::Column| {
            let kind = Kind::of(column.def().get_column_type()).ok_or_else(|| {
                BackupFailure::new(format!("{name}.{} has a type that backups do not know", column.as_str()))
            })?;
            Ok((column.as_str().to_owned(), kind))
        };
        let columns = E::Column::iter().map(column).collect::<Result<_, BackupFailure>>()?;
        Ok(Self { name, columns })
    }

    /// All rows; those that others of the same table refer to come first.
    pub fn select(&self) -> SelectStatement {
        let mut select = Query::select();
        select.from(Alias::new(&self.name)).columns(self.columns.iter().map(|(name, _)| Alias::new(name)));
        if self.columns.iter().any(|(name, _)| name == "parent_id") {
            select.order_by_expr(Expr::col(Alias::new("parent_id")).is_not_null(), Order::Asc);
        }
        select
    }

    pub fn empty(&self) -> DeleteStatement {
        Query::delete().from_table(Alias::new(&self.name)).to_owned()
    }

    /// A row as a line, without its end.
    pub fn line(&self, row: &QueryResult) -> Result<String, DbErr> {
        let values = self.columns.iter().map(|(name, kind)| kind.read(row, name));
        Ok(Json::Array(values.collect::<Result<_, _>>()?).to_string())
    }

    /// Writes what the lines hold.
    pub fn insert<'l>(&self, lines: impl Iterator<Item = &'l str>) -> Result<InsertStatement, BackupFailure> {
        let wrong = || BackupFailure::new(format!("a row of {} is not what it should be", self.name));
        let mut insert = Query::insert();
        insert
            .into_table(Alias::new(&self.name))
            .columns(self.columns.iter().map(|(name, _)| Alias::new(name)));
        for line in lines {
            let row: Vec<Json> = serde_json::from_str(line).map_err(|_| wrong())?;
            if row.len() != self.columns.len() {
                return Err(wrong());
            }
            let values = row.into_iter().zip(&self.columns).map(|(json, (_, kind))| kind.value(json));
            let values: Option<Vec<Value>> = values.collect();
            insert.values_panic(values.ok_or_else(wrong)?.into_iter().map(SimpleExpr::from));
        }
        Ok(insert)
    }

    /// Rows in one statement: SQLite takes 32,766 values, and no statement should be very long.
    pub fn rows_at_once(&self) -> usize {
        (30_000 / self.columns.len().max(1)).clamp(1, 500)
    }
}

/// How much there is and what it is, whatever the order: two databases may sort the same rows differently.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    pub count: u64,
    pub bytes: u64,
    /// The SHA-256 of each, added up.
    digest: String,
}

/// Adds up a [`Sum`].
#[derive(Default)]
pub(super) struct Adding {
    count: u64,
    bytes: u64,
    digest: [u64; 4],
}

impl Adding {
    pub fn add(&mut self, bytes: u64, hash: Sha256) {
        self.count += 1;
        self.bytes += bytes;
        let hash: [u8; 32] = hash.finalize().into();
        let (words, _) = hash.as_chunks::<8>();
        for (sum, word) in self.digest.iter_mut().zip(words) {
            *sum = sum.wrapping_add(u64::from_be_bytes(*word));
        }
    }

    pub fn line(&mut self, line: &str) {
        self.add(line.len() as u64, Sha256::new_with_prefix(line));
    }

    pub fn sum(&self) -> Sum {
        let digest = self.digest.map(|word| format!("{word:016x}")).concat();
        Sum { count: self.count, bytes: self.bytes, digest }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_of_every_table_can_be_kept() {
        let tables = Table::every().unwrap();
        assert!(tables.len() >= 58 && tables.iter().all(|table| !table.columns.is_empty()));
    }

    #[test]
    fn a_value_comes_back_as_it_was() {
        let kinds = [
            (Kind::Boolean, Json::from(true)),
            (Kind::SmallInteger, Json::from(-3)),
            (Kind::Integer, Json::from(2_000_000_000)),
            (Kind::BigInteger, Json::from(9_007_199_254_740_993_i64)),
            (Kind::Text, Json::from("İğne \u{1f4de}\n\"")),
            (Kind::Bytes, Json::from("AP8")),
            (Kind::Date, Json::from("2026-02-28")),
            (Kind::Timestamp, Json::from("2026-11-29T13:42:51.123456+00:00")),
            (Kind::Uuid, Json::from("018f4e1c-0000-7000-8000-000000000001")),
        ];
        for (kind, json) in kinds {
            let value = kind.value(json.clone());
            assert!(value.is_some_and(|value| value != kind.null()), "{kind:?}");
            assert_eq!(kind.value(Json::Null), Some(kind.null()));
            assert_eq!(kind.value(Json::Object(Default::default())), None, "{kind:?}");
        }
        assert_eq!(Kind::SmallInteger.value(Json::from(40_000)), None);
        assert_eq!(Kind::Timestamp.value(Json::from("yesterday")), None);
    }

    #[test]
    fn a_sum_does_not_depend_on_the_order_but_on_every_line() {
        let sum = |lines: &[&str]| {
            let mut adding = Adding::default();
            lines.iter().for_each(|line| adding.line(line));
            adding.sum()
        };
        assert_eq!(sum(&["a", "b", "c"]), sum(&["c", "a", "b"]));
        assert_ne!(sum(&["a", "b", "c"]), sum(&["a", "b", "d"]));
        assert_ne!(sum(&["a", "b"]), sum(&["a", "b", "b"]));
        assert_ne!(sum(&["ab", "c"]), sum(&["a", "bc"]));
    }
}
