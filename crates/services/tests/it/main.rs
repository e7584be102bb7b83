//! Use-cases against real databases: every test runs on SQLite and on PostgreSQL.

mod account;
mod audit;
mod billing;
mod branding;
mod database;
mod demo;
mod entrance;
mod general;
mod hours;
mod keys;
mod members;
mod plan;
mod schema;
mod sealing;
mod security;
mod support;
mod world;
