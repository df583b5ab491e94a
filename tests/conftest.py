"""What every folder of tests may ask for."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import psycopg
import pytest

from tests.postgres import postgres, programs

_NUMBERS = itertools.count(1)
CLUSTER_FILES = ("test_live_matrix.py", "test_live_kill.py", "test_live_undo.py", "test_live_files.py")
"""The longest of the cluster tests, in the order in which they begin."""


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[str]:
    """The address of a Postgres of this run; skips, with the reason, where none can be had."""
    if programs() is None:
        pytest.skip("no Postgres here: install Debian's `postgresql`, or `pgserver` from PyPI")
    with postgres() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_cluster: str) -> str:
    """The address of an empty database."""
    name = f"covcheck_{next(_NUMBERS)}"
    with psycopg.connect(postgres_cluster, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type,unused-ignore]
    return postgres_cluster.replace("/postgres?", f"/{name}?")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests in a cluster first: they take longest. A file of tests runs in one worker (`--dist loadfile`)."""
    order = {name: place for place, name in enumerate(CLUSTER_FILES)}
    items.sort(key=lambda item: order.get(item.path.name, len(order) + ("kind" not in item.path.parts)))
