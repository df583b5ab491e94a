"""The names that templates of articles may use: what each means, and how it is written when it is not known.

The table of docs/knowledge.md is this one; a test holds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.model import Evidence


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of the service that is asked about; `evidence` is the line it was read from, None for what is
    no line of a file (the service's name, the commit)."""

    text: str
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class FactName:
    """A name: what it means in one clause, and what stands in its place when it was not read."""

    meaning: str
    placeholder: str


FACT_NAMES: Mapping[str, FactName] = {
    "service": FactName("the service's name", "SERVICE"),
    "repo": FactName("`owner/name`, or the directory's name", "REPO"),
    "commit": FactName("the commit that was read, short", "COMMIT"),
    "module": FactName("the module path of go.mod", "MODULE"),
    "main_package": FactName("the directory of package main", "PACKAGE"),
    "dockerfile": FactName("the Dockerfile of the image", "DOCKERFILE"),
    "builder_image": FactName("the image that `go build` runs in", "BUILDER_IMAGE"),
    "base_image": FactName("the image that the final stage stands on", "BASE_IMAGE"),
    "go_build": FactName("the `go build` command", "go build"),
    "build_output": FactName("the file that `go build` writes (`-o`)", "BINARY"),
    "build_flags": FactName("the coverage flags that reach it, or `none`", "BUILD_FLAGS"),
    "build_arg": FactName("the build arg that carries `-cover`, as NAME=VALUE", "GOFLAGS=-cover"),
    "switch": FactName("the condition that switches coverage on", "E2E_COVERAGE=true"),
    "image": FactName("the image that the container asks for", "IMAGE"),
    "manifest": FactName("the file that has the workload", "MANIFEST"),
    "workload": FactName("the workload as kubectl takes it", "deploy/SERVICE"),
    "namespace": FactName("the workload's namespace", "NAMESPACE"),
    "container": FactName("the service's container", "CONTAINER"),
    "pod_label": FactName("a label of the pods as `-l` takes it", "app=SERVICE"),
    "replicas": FactName("how many pods the workload asks for", "REPLICAS"),
    "user": FactName("the uid that the process runs as", "UID"),
    "gocoverdir": FactName("the value of GOCOVERDIR", "GOCOVERDIR"),
    "mount_path": FactName("where the coverage volume is mounted in the container", "MOUNT_PATH"),
    "volume": FactName("the kind of that volume (`hostPath`, `emptyDir`, ...)", "VOLUME"),
    "host_path": FactName("the pod's hostPath: a directory of the node", "HOST_PATH"),
    "node_directory": FactName("the directory on the node that gets the files", "DIR"),
    "kind_config": FactName("the file that has the Kind config", "KIND_CONFIG"),
    "container_path": FactName("the containerPath of Kind's extraMount for coverage", "CONTAINER_PATH"),
    "extra_mount": FactName("the hostPath of that extraMount: a directory of the host", "EXTRA_MOUNT"),
    "grace": FactName("terminationGracePeriodSeconds", "GRACE"),
    "stop": FactName("how the run stops the service", "STOP"),
    "copy": FactName("what the run copies the files from", "COPY"),
    "report_directory": FactName("the directory that the report reads", "REPORT_DIR"),
    "cause": FactName("the first cause that was found, in one sentence", "CAUSE"),
    "cause_rule": FactName("the id of its rule", "RULE"),
    "cause_place": FactName("the line it is seen on", "FILE:LINE"),
}


def placeholder(name: str) -> str:
    """What is written for a fact that was not read: never nothing."""
    known = FACT_NAMES.get(name)
    return known.placeholder if known is not None else name[:60].upper() or "?"


def fact_table() -> str:
    """The names as a Markdown table, for docs/knowledge.md."""
    rows = [f"| `{name}` | {each.meaning} | `{each.placeholder}` |" for name, each in FACT_NAMES.items()]
    return "\n".join(("| name | what it is | written when not read |", "| --- | --- | --- |", *rows)) + "\n"
