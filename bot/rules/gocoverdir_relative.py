"""GOCOVERDIR is a relative path, and the program changes its working directory.

What it looks at: the value of GOCOVERDIR, and calls of os.Chdir in the main package.

Why it empties the figure: Go resolves the path each time it writes. The metadata file goes to the directory
at the start, the counters to another one at the exit (own experiment). Without a chdir a relative path is
resolved against the working directory, and this rule has nothing to say.

How to fix: use an absolute path.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts import patch
from bot.facts.joints import gocoverdir, image_gocoverdir, working_directory
from bot.facts.path import CoveragePath
from bot.facts.words import known
from bot.model import Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "A relative GOCOVERDIR is resolved at each write, so after a chdir the counters go elsewhere."


@rule(
    "gocoverdir-relative",
    Link.RUN,
    title="GOCOVERDIR is relative and the program changes directory",
    source="own experiment",
    symptom=Symptom.META_ONLY,
)
def gocoverdir_relative(path: CoveragePath) -> Iterator[Hit | Missing]:
    entry = gocoverdir(path) or image_gocoverdir(path)
    if entry is None or not entry.value or not known(entry.value) or entry.value.startswith("/"):
        return
    base = working_directory(path)
    chdir = next((c for c in (path.main.code if path.main else ()) if c.kind == "chdir"), None)
    if chdir is None:
        if base is None:
            reason = f"GOCOVERDIR=`{entry.value}` is relative and the working directory is not known"
            yield Missing("the directory the process writes to", reason, Link.RUN, evidence=entry.evidence)
        return
    absolute = f"{(base or '').rstrip('/')}/{entry.value.removeprefix('./')}"
    edit = patch.replace(path, entry.evidence, entry.value, absolute) if base is not None else None
    yield Hit(
        f"GOCOVERDIR is the relative path `{entry.value}`, and the program calls os.Chdir.",
        WHY,
        Fix(f"Use an absolute path, for example {absolute}.", patch.diff(path, edit)),
        (entry.evidence, chdir.evidence),
    )
