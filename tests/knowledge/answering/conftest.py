"""The two services of the example, checked once."""

from __future__ import annotations

import pytest

from knowledge.answering.model import Side
from tests.knowledge.answering.sides import side


@pytest.fixture(scope="session")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Side:
    return side(tmp_path_factory.mktemp("theirs"))


@pytest.fixture(scope="session")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Side:
    return side(tmp_path_factory.mktemp("ours"), service="datastorage")
