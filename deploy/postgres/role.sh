#!/bin/sh
# Runs once, when the database is made: Guildbank's own role, which owns its database and nothing else.
set -eu
psql --set ON_ERROR_STOP=1 --set password="$DATABASE_PASSWORD" --username postgres <<'SQL'
CREATE ROLE guildbank LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'password';
CREATE DATABASE guildbank OWNER guildbank;
REVOKE ALL ON DATABASE guildbank FROM PUBLIC;
SQL
