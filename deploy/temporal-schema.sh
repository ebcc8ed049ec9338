#!/bin/sh
# Brings the tables of Temporal's two databases up to date; the databases themselves are made by `ikm database prepare`.
set -eu
SQL_PASSWORD=$(cat /run/secrets/temporal_database_password)
export SQL_PASSWORD

update() {
  temporal-sql-tool --database "$1" update-schema --schema-dir "/etc/temporal/schema/postgresql/v12/$2/versioned"
}

# The first time there is no table of versions yet.
bring_up() {
  update "$1" "$2" || { temporal-sql-tool --database "$1" setup-schema --version 0.0 && update "$1" "$2"; }
}

bring_up temporal temporal
bring_up temporal_visibility visibility
