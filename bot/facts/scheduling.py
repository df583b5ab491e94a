"""Where the pod can run, and which lines of the files say so."""

from __future__ import annotations

import re

from bot.facts.events import Copy
from bot.facts.joints import node_of_copy
from bot.facts.path import CoveragePath
from bot.facts.words import known
from bot.model import Evidence

_NODE_NAME = re.compile(r"-(control-plane|worker)\d*$")


def why_there(path: CoveragePath) -> tuple[Evidence, ...]:
    """The lines that decide where the pod runs: nodeName, selector, tolerations; else its own."""
    workload = path.workload
    if workload is None:
        return ()
    if workload.node_name is not None:
        return (workload.node_name.evidence,)
    pins = [setting.evidence for setting in workload.node_selector]
    tolerations = [t.evidence for t in workload.tolerations if "control-plane" in t.key or not t.key]
    return (*pins, *tolerations[:1]) or (workload.evidence,)


def reads_kind_node(path: CoveragePath, copy: Copy) -> bool:
    """Whether a copy reads from what is by its name a node of a Kind cluster."""
    if copy.where != "node" or copy.node is None:
        return False
    return node_of_copy(path, copy) is not None or _NODE_NAME.search(copy.node) is not None


def reads_some_node(path: CoveragePath, copy: Copy) -> bool:
    """Whether a copy may read from any node: its name is not known (a loop over the nodes)."""
    if copy.where != "node":
        return False
    return copy.node is None or (not known(copy.node) and not reads_kind_node(path, copy))
