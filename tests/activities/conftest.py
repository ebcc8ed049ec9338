"""The same world as in the tests of the records."""

from tests.records.conftest import database, shared, world

__all__ = ["database", "shared", "world"]
