"""The province and the browser of these tests."""

from tests.browser.chromium import look
from tests.province import after

__all__ = ["after", "look"]
