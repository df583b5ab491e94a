"""What envsubst and sed put into a manifest on its way."""

from __future__ import annotations

import pytest

from bot.facts.build import Setting
from bot.facts.events import Deploy
from bot.model import Evidence
from bot.path.runs import RunReader
from bot.path.shell.textfills import filled_in
from tests.path.in_memory import Texts

PLACE = Evidence("e2e.sh", 1, 1)


def fills(script: str) -> list[tuple[str, str | None]]:
    files = {"e2e.sh": f"#!/bin/bash\nexport IMAGE=shop:e2e\n{script}\n", "k8s/shop.yaml": "kind: Pod\n"}
    [deploy] = [e for e in RunReader(Texts(files)).script("e2e.sh").events if isinstance(e, Deploy)]
    assert deploy.source == "k8s/shop.yaml"
    return [(fill.name, fill.value) for fill in deploy.fills]


@pytest.mark.parametrize(
    "script",
    [
        "envsubst < k8s/shop.yaml | kubectl apply -f -",
        "cat k8s/shop.yaml | envsubst | kubectl apply -f -",
        "envsubst < k8s/shop.yaml > /tmp/shop.yaml\nkubectl apply -f /tmp/shop.yaml",
    ],
)
def test_envsubst_fills_in_the_environment(script: str) -> None:
    assert ("${IMAGE}", "shop:e2e") in fills(script)


def test_sed_replaces_plain_text() -> None:
    assert fills('sed "s|IMAGE|${IMAGE}|g" k8s/shop.yaml | kubectl apply -f -') == [("IMAGE", "shop:e2e")]


@pytest.mark.parametrize("expression", ["s/image: .*$/image: x/", "s/[A-Z]+/x/", "s/x/&y/", "/image/d"])
def test_patterns_are_not_guessed(expression: str) -> None:
    assert fills(f"sed '{expression}' k8s/shop.yaml | kubectl apply -f -") == []


def test_names_end_where_words_end_and_lines_stay() -> None:
    given = [Setting("$TAG", "v1", PLACE), Setting("X", "a\nb", PLACE)]
    assert filled_in("$TAG $TAGS X", given) == "v1 $TAGS X"
