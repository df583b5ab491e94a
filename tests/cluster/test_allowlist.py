"""Which namespaces live runs may touch."""

from __future__ import annotations

import pytest

from bot.cluster.allowlist import allowed, matches, namespaces
from bot.errors import UsageError
from tests.cluster.api_server import ApiServer, serving


@pytest.mark.parametrize(
    ("namespace", "patterns"),
    [("shop", ("shop",)), ("team-a", ("x", "team-*")), ("shop", ("*",)), ("kube-system", ("kube-system",))],
)
def test_named(namespace, patterns):
    assert matches(namespace, patterns)
    allowed(namespace, patterns)


@pytest.mark.parametrize(
    ("namespace", "patterns"),
    [
        ("shop", ()),
        ("shop", ("shop-*", "sho")),
        ("Shop", ("shop",)),
        ("kube-system", ("*",)),
        ("kube-public", ("*-public", "?ube-public")),
    ],
)
def test_not_named(namespace, patterns):
    assert not matches(namespace, patterns)
    with pytest.raises(UsageError) as caught:
        allowed(namespace, patterns)
    assert "[cluster] namespaces" in caught.value.hint


def test_plain_names_are_not_looked_up_and_patterns_are(tmp_path):
    spaces = [
        {"kind": "Namespace", "metadata": {"name": n}} for n in ("shop", "team-b", "team-a", "kube-system")
    ]
    server = ApiServer(*spaces)
    with serving(server, tmp_path) as cluster:
        assert namespaces(cluster, ("b", "a")) == ("a", "b")
        assert server.asked == []
        assert namespaces(cluster, ("team-*", "x")) == ("team-a", "team-b", "x")
        assert namespaces(cluster, ("*",)) == ("shop", "team-a", "team-b")
        assert namespaces(cluster, ()) == ()
