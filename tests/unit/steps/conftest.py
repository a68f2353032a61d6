"""The province of these tests."""

from tests.province import after

__all__ = ["after"]
