"""Documents made from the code are up to date, and the manifest asks for what is used."""

from __future__ import annotations

import pytest
import yaml

from bot.doctor import needed_scopes
from tests.make_docs import DOCUMENTS, ROOT


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_is_up_to_date(name):
    assert (ROOT / name).read_text("utf-8") == DOCUMENTS[name](), "run `make docs`"


def test_doctor_asks_for_the_scopes_of_the_manifest():
    manifest = yaml.safe_load((ROOT / "slack-manifest.yaml").read_text())
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == set(needed_scopes())
