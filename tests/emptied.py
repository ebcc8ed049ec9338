"""One database for the tests of a file, emptied before each: a copy for each would cost half a second."""

from collections.abc import Iterator

import pytest

from parts.postgres import Running
from tests.conftest import copy_database, drop_database
from tests.world import empty


@pytest.fixture(scope="module")
def shared(cluster: Running) -> Iterator[str]:
    """A migrated database for the tests of one file."""
    name = copy_database(cluster)
    yield name
    drop_database(cluster, name)


@pytest.fixture
def database(cluster: Running, shared: str) -> str:
    """The same database, without a row in it."""
    empty(cluster.url("ikm_owner", shared))
    return shared
