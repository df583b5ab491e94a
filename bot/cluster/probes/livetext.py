"""An object of the cluster as YAML text with line numbers: what evidence of a live workload points into.

Status, managed fields, last-applied copies and what the API server mounts by itself are left out; secrets are
redacted before the text is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from bot.cluster.client import Object
from bot.cluster.objects import label_of
from bot.facts.workload import Workload
from bot.model import RepoRef
from bot.path.manifest.workloads import workloads
from bot.path.manifest.yamltree import documents
from bot.redact import MARK, is_literal, redact, tells_secret
from bot.repo.base import text_file

FIRST = ("apiVersion", "kind", "metadata", "name", "namespace", "image")
"""Keys that people look for first; the others stay in the API's order."""
UNSHOWN = frozenset({"managedFields", "resourceVersion", "generation", "selfLink", "creationTimestamp"})
COPIES = frozenset({"kubectl.kubernetes.io/last-applied-configuration", "deployment.kubernetes.io/revision"})
OWN_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"


def live_text(body: Object) -> tuple[str, str]:
    """Path (`cluster:NAMESPACE/deployment/NAME`) and YAML of an object that has `kind`."""
    path = f"cluster:{body['metadata'].get('namespace', '')}/{label_of(body)}"
    shown = {key: value for key, value in body.items() if key != "status"}
    shown.setdefault("apiVersion", "v1" if body["kind"] == "Pod" else "apps/v1")
    shown["metadata"] = _metadata(body["metadata"])
    text = yaml.dump(_clean(shown), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100_000)
    return path, text


def read_live(path: str, text: str) -> Workload | None:
    """The workload of such a text, read like a manifest; None when it cannot be read."""
    file = text_file(path, text, "", RepoRef("cluster", ""))
    found = [each for tree in documents(file.text, file.at) for each in workloads(tree, "yaml")]
    return found[0] if found else None


class _Dumper(yaml.SafeDumper):
    """Writes every value out: no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _metadata(metadata: Mapping[str, Any]) -> Object:
    shown = {key: value for key, value in metadata.items() if key not in UNSHOWN}
    notes = {key: value for key, value in (metadata.get("annotations") or {}).items() if key not in COPIES}
    shown.pop("annotations", None)
    return {**shown, **({"annotations": notes} if notes else {})}


def _clean(value: Any) -> Any:
    """A copy without secrets, and without what the API server adds to every pod."""
    if isinstance(value, Mapping):
        keys = sorted(value, key=lambda key: FIRST.index(key) if key in FIRST else len(FIRST))
        return {key: _clean(_hidden(value, key)) for key in keys}
    if isinstance(value, list):
        return [_clean(item) for item in value if not _added_by_server(item)]
    return redact(value) if isinstance(value, str) else value


def _hidden(holder: Mapping[str, Any], key: str) -> Any:
    """A field, redacted when it is the value of a variable whose name tells of a secret."""
    value = holder[key]
    name = holder.get("name") if key == "value" else key
    if isinstance(value, str) and isinstance(name, str) and tells_secret(name) and is_literal(value):
        return value if key in ("secretName", "name") else MARK
    return value


def _added_by_server(item: Any) -> bool:
    """The volume and mount of the service account, which every pod has and no manifest says."""
    if not isinstance(item, Mapping):
        return False
    return item.get("mountPath") == OWN_ACCOUNT or str(item.get("name", "")).startswith("kube-api-access-")
