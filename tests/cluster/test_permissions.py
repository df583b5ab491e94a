"""The table of permissions, the code and deploy/rbac.yaml say the same."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot.cluster.kinds import KINDS
from bot.cluster.objects import WORKLOADS
from bot.cluster.permissions import RUN, Permission, all_permissions
from bot.cluster.rbac import live_permissions, rbac_manifest, tool_permissions
from bot.cluster.surroundings import KINDS as SURROUNDING
from bot.cluster.target import LOOKED_AT

ROOT = Path(__file__).resolve().parents[2]
VERBS = {"get": "get", "list": "list", "watch": "watch", "create": "create", "replace": "update"}
VERBS |= {"patch": "patch", "delete": "delete"}
SUBS = {"logs": [("get", "log")], "exec": [("get", "exec"), ("create", "exec")]}
ANY = "*"
"""A kind that the code takes from a value: a workload's, or one of the lists below."""
LISTED = {*LOOKED_AT, *SURROUNDING}


def calls() -> Iterator[tuple[str, str, str | None, str]]:
    """Verb, kind, subresource and place of every call of a Cluster's method in the code."""
    for file in sorted((ROOT / "bot").rglob("*.py")):
        if file.name == "client.py":
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            owner = ast.unparse(node.func.value)
            place = f"{file.relative_to(ROOT)}:{node.lineno}"
            if owner.rpartition(".")[2].lstrip("_") not in ("cluster", "client"):
                continue
            if node.func.attr in SUBS:
                yield from ((verb, "Pod", sub, place) for verb, sub in SUBS[node.func.attr])
            elif node.func.attr in VERBS and node.args:
                yield VERBS[node.func.attr], kind_of(node.args[0]), sub_of(node), place


def kind_of(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ANY


def sub_of(node: ast.Call) -> str | None:
    words = [a.value for a in (*node.args, *(k.value for k in node.keywords)) if isinstance(a, ast.Constant)]
    found = [word for word in words if word in ("scale", "ephemeralcontainers", "log", "exec")]
    return str(found[0]) if found else None


CALLS = sorted(set(calls()), key=str)


def test_calls_are_found():
    assert ("patch", "Pod", "ephemeralcontainers") in {call[:3] for call in CALLS}
    assert len(CALLS) > 20


@pytest.mark.parametrize("call", CALLS, ids=[call[3] for call in CALLS])
def test_what_the_code_does_is_in_the_table(call):
    verb, kind, sub, _ = call
    found = [p for p in all_permissions() if (p.verb, p.sub) == (verb, sub) and kind in (ANY, p.kind)]
    assert found


@pytest.mark.parametrize("permission", RUN, ids=[f"{p.place} {p.verb} {p.resource} {p.only}" for p in RUN])
def test_the_table_holds_nothing_that_the_code_does_not_do(permission):
    wanted = (permission.verb, permission.sub)
    kinds = {permission.kind}
    if permission.kind in (LISTED if permission.verb == "list" else WORKLOADS):
        kinds.add(ANY)
    assert [c for c in CALLS if (c[0], c[2]) == wanted and c[1] in kinds]


def test_every_kind_is_known_and_every_purpose_is_said():
    for permission in all_permissions():
        assert permission.kind in KINDS
        assert permission.purpose
        assert not permission.purpose.endswith(".")


def test_the_manifest_grants_the_table_and_nothing_else():
    roles = {
        d["metadata"]["name"]: d for d in yaml.safe_load_all(rbac_manifest()) if d["kind"] == "ClusterRole"
    }
    assert granted(roles["covcheck-live"]) == wanted(live_permissions())
    assert granted(roles["covcheck-tools"]) == wanted(tool_permissions())
    cluster = [p for p in all_permissions() if p.place == "cluster"]
    assert granted(roles["covcheck-nodes"]) == wanted(cluster)
    assert len(roles) == 3


def test_no_wildcards_no_secrets_and_nothing_cluster_wide_but_reading():
    for document in yaml.safe_load_all(rbac_manifest()):
        assert "*" not in str(document)
        assert "secrets" not in str(document.get("rules"))
    assert {p.verb for p in all_permissions() if p.place == "cluster"} <= {"get", "list"}


def test_bare_pods_and_claims_need_no_more_than_the_role_of_the_tools():
    extra = [p for p in all_permissions() if p.only in ("Pod", "PersistentVolumeClaim")]
    assert extra
    assert wanted(extra) <= wanted(tool_permissions())
    assert ("", "pods", "create") not in wanted(live_permissions())


def test_the_file_that_ships_is_the_one_made_from_the_table():
    assert (ROOT / "deploy" / "rbac.yaml").read_text() == rbac_manifest()


def granted(role) -> set[tuple[str, str, str]]:
    return {
        (group, resource, verb)
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }


def wanted(permissions: tuple[Permission, ...] | list[Permission]) -> set[tuple[str, str, str]]:
    return {(KINDS[p.kind].group, p.resource, p.verb) for p in permissions}
