"""The databases of these tests."""

from tests.servers.postgres import empty, empty_postgres_url, postgres, postgres_url, where

__all__ = ["empty", "empty_postgres_url", "postgres", "postgres_url", "where"]
