//! Use-cases against real databases: every test runs on SQLite and on PostgreSQL.

mod entrance;
mod general;
mod hours;
mod schema;
mod world;
