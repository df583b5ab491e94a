"""Manifests that a script feeds through stdin: read on their lines, or named as not read."""

from __future__ import annotations

from bot.facts.events import Deploy
from bot.model import Link
from bot.path.deploys import Deployed, read_deployed
from bot.path.runs import RunReader
from tests.path.in_memory import Texts

HEREDOC = """#!/bin/sh
kubectl apply -f - <<EOF
apiVersion: v1
kind: Pod
metadata:
  name: orders
spec:
  containers:
  - name: orders
    image: orders:${TAG}
EOF
"""


def deployed(script: str) -> Deployed:
    snapshot = Texts({"run.sh": script})
    run = RunReader(snapshot).script("run.sh")
    return read_deployed(snapshot, [event for event in run.events if isinstance(event, Deploy)])


def test_a_heredoc_is_read_on_its_lines() -> None:
    found = deployed(HEREDOC)
    (workload,) = found.workloads
    assert (workload.name, workload.evidence.path, workload.evidence.line) == ("orders", "run.sh", 3)
    image = workload.containers[0].image
    assert image is not None
    assert (image.value, image.evidence.line) == ("orders:${TAG}", 10)
    assert found.missing == ()


def test_a_heredoc_that_is_no_yaml_is_named() -> None:
    found = deployed(HEREDOC.replace("  name: orders\nspec", "  name: [orders\nspec", 1))
    (gap,) = found.missing
    assert found.workloads == ()
    assert (gap.link, gap.needed) == (Link.RUN, False)
    assert gap.evidence is not None
    assert gap.evidence.path == "run.sh"


def test_a_manifest_in_an_unknown_variable_is_named() -> None:
    (gap,) = deployed('#!/bin/sh\necho "$MANIFEST" | kubectl apply -f -\n').missing
    assert (gap.reason, gap.evidence.line if gap.evidence else 0) == ("its text is not known", 2)


def test_a_heredoc_without_workloads_is_nothing() -> None:
    found = deployed("#!/bin/sh\nkubectl apply -f - <<EOF\napiVersion: v1\nkind: Secret\nEOF\n")
    assert (found.workloads, found.missing) == ((), ())
