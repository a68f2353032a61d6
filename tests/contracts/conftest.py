"""The province of these tests, the databases, and the servers their adapters speak to."""

from tests.province import after
from tests.servers.amazon import amazon_address
from tests.servers.postgres import postgres, postgres_url, where
from tests.servers.rados import rados

__all__ = ["after", "amazon_address", "postgres", "postgres_url", "rados", "where"]
