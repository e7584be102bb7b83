//! Use-cases against real databases: every test runs on SQLite and on PostgreSQL.

mod entrance;
mod hours;
mod general;
mod schema;
mod world;
