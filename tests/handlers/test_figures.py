"""The endpoint for figures: only with the token, only of allowed repos, each figure once."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.store.answers import Store
from handlers.figures import FiguresWsgi
from tests.history.test_pushed import NOW, sent

TOKEN = "a-long-token"
ANOTHER = ("", "Bearer", "Bearer x", f"Basic {TOKEN}", TOKEN, "Bearer ü", f"Bearer {TOKEN}x")
Answer = tuple[int, dict[str, Any]]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/store.sqlite")
    yield store
    store.close()


@pytest.fixture
def wsgi(store: Store) -> FiguresWsgi:
    return FiguresWsgi(store.history, TOKEN, lambda repo: repo.startswith("acme/"), lambda: NOW)


def call(wsgi: FiguresWsgi, body: bytes = sent(), method: str = "POST", **more: str) -> Answer:
    told: list[str] = []
    environ = {
        "REQUEST_METHOD": method,
        "HTTP_AUTHORIZATION": f"Bearer {TOKEN}",
        "CONTENT_LENGTH": str(len(body)),
        **more,
        "wsgi.input": io.BytesIO(body),
    }
    answer = b"".join(wsgi(environ, lambda status, _headers: told.append(status)))  # type: ignore[arg-type]
    return int(told[0][:3]), json.loads(answer)


def test_a_figure_is_kept_once(wsgi: FiguresWsgi, store: Store) -> None:
    first, again = call(wsgi), call(wsgi)
    assert (first[0], first[1]["new"], again[0], again[1]["new"]) == (201, True, 200, False)
    assert [figure.percent for figure in store.history.figures("acme/shop", "gateway")] == [40.0]


@pytest.mark.parametrize("header", ANOTHER)
def test_without_the_token_nothing_is_read(wsgi: FiguresWsgi, store: Store, header: str) -> None:
    assert call(wsgi, HTTP_AUTHORIZATION=header)[0] == 401
    assert store.history.count() == 0


def test_what_is_wrong_is_told(wsgi: FiguresWsgi, store: Store) -> None:
    status, answer = call(wsgi, sent(covered=99))
    assert (status, "more statements are covered" in answer["error"]) == (422, True)
    assert call(wsgi, sent(repo="evil/shop"))[0] == 403
    assert call(wsgi, method="GET")[0] == 405
    assert call(wsgi, CONTENT_LENGTH="")[0] == 411
    assert call(wsgi, CONTENT_LENGTH="-1")[0] == 411
    assert call(wsgi, CONTENT_LENGTH="5000000")[0] == 413
    assert store.history.count() == 0


def test_a_store_that_fails_asks_to_push_again(wsgi: FiguresWsgi, store: Store, tmp_path: Path) -> None:
    store.close()
    for file in tmp_path.glob("store.sqlite*"):
        file.unlink()
    status, answer = call(wsgi)
    assert (status, answer["error"]) == (503, "the figure could not be stored; push it again")


def test_no_token_no_endpoint(store: Store) -> None:
    with pytest.raises(ValueError, match="only with a token"):
        FiguresWsgi(store.history, "", lambda _: True)
