-- Beside the owner of the tables: who runs the ledger in them, and a database for the schema registry.
CREATE ROLE hapax_app LOGIN PASSWORD 'hapax_app';
CREATE DATABASE registry;
