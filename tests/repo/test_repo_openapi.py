"""The judge of requests is loud where it must be: every other test relies on its silence."""

from __future__ import annotations

import pytest

from tests.github_server import Seen
from tests.repo.openapi import complaints

JSON = "application/json"
TREE = "/repos/o/r/git/trees/abc"
TOKENS = "/app/installations/1/access_tokens"


def seen(path: str, method: str = "GET", accept: str = JSON, body: bytes = b"", **query: str) -> Seen:
    return Seen(method, path, path, query, {"accept": accept}, body, 200)


@pytest.mark.parametrize(
    ("request_", "complaint"),
    [
        (seen("/repos/o/r/git/tree/abc"), "no operation"),
        (seen("/repos/o/r/commits/feature/x"), "no operation"),
        (seen(TREE, method="POST"), "knows no POST"),
        (seen(TREE, recurse="1"), "unknown parameter recurse"),
        (seen(TREE, accept="text/html"), "media type"),
        (seen("/repos/o/r/git/blobs/abc", accept="application/vnd.github.raw+json"), "media type"),
        (seen(TREE, body=b"{}"), "takes no body"),
        (seen(TOKENS, "POST", body=b'{"permission": {}}'), "body has no permission"),
        (seen(TOKENS, "POST", body=b'{"permissions": {"contents": "all"}}'), "not one of"),
        (seen(TOKENS, "POST", body=b'{"repositories": [1]}'), "is no string"),
    ],
)
def test_wrong_requests_are_named(request_: Seen, complaint: str) -> None:
    assert any(complaint in text for text in complaints(request_))


@pytest.mark.parametrize(
    "request_",
    [
        seen(TREE, recursive="1"),
        seen("/repos/o/r/commits/feature%2Fx", accept="application/vnd.github.sha"),
        seen("/repositories/17/git/trees/abc"),
        seen("/repos/o/r/git/blobs/abc"),
        seen(TOKENS, "POST", body=b'{"permissions": {"contents": "read"}, "repositories": ["r"]}'),
        seen("/rate_limit"),
    ],
)
def test_right_requests_pass(request_: Seen) -> None:
    assert complaints(request_) == []
