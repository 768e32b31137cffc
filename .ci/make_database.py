"""Create the PostgreSQL database of a URL if it is not there."""

import sys
from urllib.parse import urlsplit

import psycopg
from psycopg import sql


def main(url: str) -> None:
    name = urlsplit(url).path.lstrip("/")
    with psycopg.connect(url.removesuffix(name) + "postgres", autocommit=True) as connection:
        known = connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone()
        if not known:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))


if __name__ == "__main__":
    main(sys.argv[1])
