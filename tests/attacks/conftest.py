"""The provinces of these tests, and the servers a thief visits."""

from tests.flow.stage import armed_home, demo_home, proved_home
from tests.province import after
from tests.servers.amazon import amazon_address
from tests.servers.postgres import postgres, postgres_url

__all__ = ["after", "amazon_address", "armed_home", "demo_home", "postgres", "postgres_url", "proved_home"]
