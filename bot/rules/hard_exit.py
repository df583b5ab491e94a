"""The process is ended in a way that leaves no time to write counters.

What it looks at: how the run stops the pod first (`--force`, grace period 0, `kill -9`), and calls in
package main that leave without Go's exit hooks (`syscall.Exit`, `syscall.Exec`, `syscall.Kill`).

Why: Counters are written on a normal exit: return from main, `os.Exit`, `log.Fatal`. SIGKILL and
`syscall.Exit` run no exit hook (experiment). `kubectl delete --force` takes the pod away in the API at
once and leaves the process 2 s (tried with Kubernetes 1.34); `kill -9 1` inside a container does nothing
at all, because the kernel shields PID 1 from it.

How to fix: Stop with SIGTERM: scale to 0, or delete without `--force`; in code, `os.Exit`.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.events import Stop
from bot.facts.order import flushes_itself, stops_before, sure_collections
from bot.facts.patch import Edit, diff, replace
from bot.facts.path import CoveragePath
from bot.model import Certainty, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

KILL = ("9", "KILL", "SIGKILL")
WHY = "Counters are written on a normal exit only; SIGKILL and syscall.Exit run no exit hook."


@rule(
    "hard-exit",
    Link.STOP,
    symptom=Symptom.META_ONLY,
    title="The process is killed instead of stopped",
    source="experiment, Go 1.26.8 and 1.27.3; Kubernetes 1.34 in kind",
    explains=("collect-before-exit", "grace-too-short"),
)
def hard_exit(path: CoveragePath) -> Iterator[Hit | Missing]:
    if flushes_itself(path):
        return
    first = next((s for c in sure_collections(path)[:1] for s in stops_before(path, c)), None)
    if first is not None and (first.signal or "").upper() in KILL:
        text = "Send TERM instead of KILL, or scale the workload to 0."
        yield Hit("The run ends the process with SIGKILL.", WHY, Fix(text), (first.evidence,))
    elif first is not None and (first.force or first.grace_seconds == 0):
        yield Hit(
            f"The run ends the pod by force ({_how(first)}), which leaves the process only 2 s.",
            WHY,
            Fix(
                "Delete without --force and grace period 0, or scale the workload to 0.", _gentle(path, first)
            ),
            (first.evidence,),
            Certainty.LIKELY,
        )
    yield from _in_code(path)


def _how(stop: Stop) -> str:
    return "--force" if stop.force else "grace period 0"


def _gentle(path: CoveragePath, stop: Stop) -> str | None:
    """The patch that takes the flags out of a shell line."""
    words = [w for w in (" --force", " --grace-period=0", " --now") if w in stop.evidence.excerpt]
    if len(words) != 1 or stop.evidence.line != stop.evidence.end_line:
        joined = next(
            (
                j
                for j in (" --force --grace-period=0", " --grace-period=0 --force")
                if j in stop.evidence.excerpt
            ),
            None,
        )
        words = [joined] if joined else []
    edits: list[Edit | None] = [replace(path, stop.evidence, word, "") for word in words]
    return diff(path, *edits) if edits else None


def _in_code(path: CoveragePath) -> Iterator[Hit]:
    for fact in path.main.code if path.main else ():
        if fact.kind == "hard-exit":
            yield Hit(
                f"main calls {fact.value}, which leaves without writing counters.",
                WHY,
                Fix("Return from main, or call os.Exit."),
                (fact.evidence,),
                Certainty.POSSIBLE,
            )
            return
