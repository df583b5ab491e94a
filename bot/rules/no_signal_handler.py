"""The program does not handle SIGTERM, so it is killed where it stands and writes no counters.

What it looks at: whether package main (or what it calls, like controller-runtime's
`SetupSignalHandler`) asks for SIGTERM with `signal.Notify` or `signal.NotifyContext`, and whether the
run stops the pod with a signal at all.

Why: Counters are written when main returns or calls `os.Exit`. A SIGTERM that nobody handles ends a
Go program at once with status 2 or 143: covmeta is there, covcounters is not (experiment, Go 1.26 and
1.27).

How to fix: Take SIGTERM with `signal.NotifyContext` and return from main when its context is done.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.order import flushes_itself
from bot.facts.path import CoveragePath
from bot.model import Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "An unhandled SIGTERM ends a Go program at once: covmeta is there, covcounters never is."
FIX = Fix(
    "Take SIGTERM in main with `signal.NotifyContext(ctx, syscall.SIGTERM)` and return from main when "
    "the context is done."
)


@rule(
    "no-signal-handler",
    Link.STOP,
    symptom=Symptom.META_ONLY,
    title="main does not handle SIGTERM",
    source="experiment, Go 1.26.8 and 1.27.3; router#677",
    explains=("grace-too-short",),
)
def no_signal_handler(path: CoveragePath) -> Iterator[Hit | Missing]:
    main = path.main
    if flushes_itself(path):
        return
    if main is None:
        yield Missing("whether main handles SIGTERM", "no package main could be read", Link.STOP)
    elif main.handles_sigterm is None:
        reason = main.reason_unknown or "package main was not read far enough"
        yield Missing("whether main handles SIGTERM", reason, Link.STOP, evidence=main.evidence)
    elif main.handles_sigterm is False:
        yield Hit(
            f"{main.directory or 'package main'} does not handle SIGTERM, so a stopped pod ends without "
            "writing its counters.",
            WHY,
            FIX,
            (main.evidence,),
        )
