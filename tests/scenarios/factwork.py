"""Work with answers made of small facts, for scenarios that are about Slack and not about reading."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from bot.check import Check, Progress
from bot.compare import compare
from bot.diagnosis import diagnose
from bot.errors import UnknownService
from bot.facts.path import CoveragePath
from bot.jobs.work import Comparison, ServiceList
from bot.model import (
    Certainty,
    Effect,
    Evidence,
    Finding,
    Fix,
    Link,
    LinkFact,
    Missing,
    RepoRef,
    Service,
)
from bot.render.build import build_answer

REPO = RepoRef("acme/shop", "4f2c1e7" + "0" * 33, web_url="https://git.example/acme/shop")
PATCH = """\
--- a/test/kind-config.yaml
+++ b/test/kind-config.yaml
@@ -12,5 +12,5 @@
 - role: worker
   extraMounts:
   - hostPath: ./coverdata
-    containerPath: /coverdata
+    containerPath: /tmp/coverage
     readOnly: false
"""


def at(path: str, line: int, excerpt: str) -> Evidence:
    """Evidence with its permalink."""
    return Evidence(path, line, line, excerpt, REPO.permalink(path, line, line))


MISMATCH = Finding(
    rule="mount-mismatch",
    link=Link.NODE,
    effect=Effect.BLOCKS,
    certainty=Certainty.CERTAIN,
    summary="The pod writes to /tmp/coverage on the node, Kind mounts /coverdata.",
    why="Files that no extraMount covers stay inside the node's container.",
    fix=Fix("Use /tmp/coverage in both places (1 line).", PATCH),
    evidence=(
        at("deploy/datastorage.yaml", 61, "path: /tmp/coverage"),
        at("test/kind-config.yaml", 14, "containerPath: /coverdata"),
    ),
)
NOT_IT = Finding(
    rule="static-linking",
    link=Link.BUILD,
    effect=Effect.BLOCKS,
    certainty=Certainty.CERTAIN,
    summary="Static linking does not hinder coverage.",
    why="",
    fix=Fix(""),
    evidence=(at("Dockerfile", 9, 'RUN go build -ldflags "-extldflags -static"'),),
)
GAP = Missing(
    "whether uid 1001 may write there", "the directory is made at run time", Link.NODE, needed=False
)


def facts(name: str) -> dict[Link, tuple[LinkFact, ...]]:
    """Two facts for every link."""
    return {
        link: (
            LinkFact("first", f"{len(name)} of {link}", at(f"{name}/{link}.yaml", 3, f"{link}: {name}")),
            LinkFact("second", "the same", at(f"{name}/{link}.yaml", 4, "same"), "E2E_COVERAGE=true"),
        )
        for link in Link
    }


@dataclass
class FactWork:
    """Services by name with the findings each has. `before` runs at the start of every check."""

    services_found: Sequence[str] = ("datastorage", "signalprocessing", "gateway")
    findings: dict[str, Sequence[Finding]] = field(default_factory=lambda: {"datastorage": (MISMATCH,)})
    missing: Sequence[Missing] = (GAP,)
    commit: str = REPO.commit
    before: Callable[[str, Progress], None] = lambda _name, _tell: None
    checked: list[tuple[str, str | None, str]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def forget(self) -> None:
        """Be as new."""
        fresh = FactWork()
        for name in ("services_found", "findings", "missing", "commit", "before"):
            setattr(self, name, getattr(fresh, name))
        self.checked.clear()

    def check(self, repo: str, ref: str | None, service: str, progress: Progress):  # type: ignore[no-untyped-def]
        done = self._checked(repo, ref, service, progress)
        return build_answer(done.path, done.diagnosis)

    def compare(self, repo: str, ref: str | None, first: str, second: str, progress: Progress) -> Comparison:
        left, right = (self._checked(repo, ref, name, progress) for name in (first, second))
        return Comparison(
            build_answer(left.path, left.diagnosis),
            build_answer(right.path, right.diagnosis),
            compare(left, right).rows,
        )

    def services(self, repo: str, ref: str | None, progress: Progress) -> ServiceList:
        made = [
            Service(name, {"dockerfile": (f"docker/{name}.Dockerfile",), "main": (f"cmd/{name}/main.go",)})
            for name in self.services_found
        ]
        return ServiceList(replace(REPO, name=repo), tuple(made))

    def _checked(self, repo: str, ref: str | None, service: str, progress: Progress) -> Check:
        with self._lock:
            self.checked.append((repo, ref, service))
        self.before(service, progress)
        if service not in self.services_found:
            raise UnknownService(service, tuple(get_close_matches(service, self.services_found)))
        progress(f"reading the coverage path of {service}")
        at = replace(REPO, name=repo, commit=self.commit)
        path = CoveragePath(Service(service, {}), at, links=facts(service))
        return Check(path, diagnose(self.findings.get(service, ()), (NOT_IT,), self.missing))
