"""GOCOVERDIR is set by the program itself.

What it looks at: `os.Setenv("GOCOVERDIR", ...)` in the main package, and whether the pod or the image sets
the variable too.

Why it empties the figure: Go reads GOCOVERDIR before main runs (own experiment). A Setenv in main comes too
late for the program's own files; it only reaches the programs it starts.

How to fix: set it in the pod spec.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.joints import gocoverdir, image_gocoverdir, service_container
from bot.facts.path import CoveragePath
from bot.model import Fix, Link, Missing
from bot.rules.registry import Hit, rule

WHY = "Go reads GOCOVERDIR before main runs, so a Setenv in the program comes too late for its own data."


@rule(
    "gocoverdir-set-in-code",
    Link.RUN,
    title="GOCOVERDIR is set in the code",
    source="own experiment",
    explains=("gocoverdir-unset",),
)
def gocoverdir_set_in_code(path: CoveragePath) -> Iterator[Hit | Missing]:
    container = service_container(path)
    code = path.main.code if path.main is not None else ()
    call = next((c for c in code if c.kind == "set-gocoverdir"), None)
    if call is None or container is None or container.env_from:
        return
    if gocoverdir(path) is not None or image_gocoverdir(path) is not None:
        return
    yield Hit(
        f"The program sets GOCOVERDIR itself, and container {container.name} does not have it at the start.",
        WHY,
        Fix("Set GOCOVERDIR in the env of the container."),
        (call.evidence, container.evidence),
    )
