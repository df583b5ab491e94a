"""GOCOVERDIR is not set in the service's container.

What it looks at: the environment of the service's container as the workload is deployed with coverage on,
variables set on the way (`kubectl set env`), ENV of the image, and whether the helm command sets the
value that the chart puts GOCOVERDIR behind.

Why it empties the figure: without GOCOVERDIR an instrumented binary writes nothing and says `warning:
GOCOVERDIR not set, no coverage data emitted` on stderr when it ends (own experiment). Empty counts as unset.

How to fix: set it in the pod spec to the path of a volumeMount.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from bot.facts import patch
from bot.facts.build import Guard
from bot.facts.events import Deploy, SetEnv
from bot.facts.joints import VARIABLE, gocoverdir, image_gocoverdir, service_container
from bot.facts.path import CoveragePath
from bot.facts.places import place
from bot.facts.words import known
from bot.facts.workload import Container, EnvVar
from bot.model import Certainty, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "Without GOCOVERDIR the binary writes nothing: `warning: GOCOVERDIR not set, no coverage data emitted`."


@rule(
    "gocoverdir-unset",
    Link.RUN,
    title="GOCOVERDIR is not set",
    source="own experiment",
    symptom=Symptom.NOTHING,
)
def gocoverdir_unset(path: CoveragePath) -> Iterator[Hit | Missing]:
    workload, container = path.workload, service_container(path)
    if workload is None or _set_later(path):
        return
    if container is None:
        names = ", ".join(c.name for c in workload.containers) or "none was read"
        yield _unknown(f"which container runs the service cannot be told ({names})", path)
        return
    entry = gocoverdir(path)
    if entry is not None and entry.value is None:
        yield _unknown(f"its value comes from {entry.value_from or 'elsewhere'}", path)
    elif entry is not None and not known(entry.value):
        yield _unknown(f"its value `{entry.value}` is made at run time", path)
    elif entry is not None and entry.value == "":
        yield Hit(
            f"GOCOVERDIR is set to nothing in container {container.name}, which counts as not set.",
            WHY,
            Fix("Give it the path of a volumeMount, for example /coverdata."),
            (entry.evidence, container.evidence),
        )
    elif entry is not None:
        yield from _switched_off(path, entry)
    elif image_gocoverdir(path) is None:
        yield from _not_set(path, container)


def _switched_off(path: CoveragePath, entry: EnvVar) -> Iterator[Hit]:
    """GOCOVERDIR stands behind a chart's value that is false and that no helm command of the run sets."""
    for guard in entry.guards:
        chart = _deploys_of(path, guard)
        silent = all(not d.unread and not d.values_files and _says_nothing(d, guard) for d in chart)
        if not chart or not silent or guard.evidence is None:
            continue
        yield Hit(
            f"GOCOVERDIR stands behind {guard.variable}, which is off in {guard.evidence.path},"
            " and nothing sets it.",
            WHY,
            Fix(f"Add `--set {guard.text}` at {chart[-1].evidence.place}."),
            (chart[-1].evidence, guard.evidence, entry.evidence),
            Certainty.LIKELY,
        )
        return


def _deploys_of(path: CoveragePath, guard: Guard) -> list[Deploy]:
    """The helm commands that install the chart whose values hold the switch."""
    if guard.evidence is None or guard.text != f"{guard.variable}={guard.value}":
        return []
    here = posixpath.dirname(guard.evidence.path)
    return [d for d in path.events(Deploy) if d.method == "helm" and place(d.source, d.cwd) == here]


def _says_nothing(deploy: Deploy, guard: Guard) -> bool:
    """Whether none of the values set may be the switch or a map that holds it."""
    wanted = guard.variable or ""
    names = [setting.name for setting in deploy.values]
    return all(known(name) and name != wanted and not wanted.startswith(name + ".") for name in names)


def _set_later(path: CoveragePath) -> bool:
    """Whether `kubectl set env` gives the variable to the workload after it was deployed."""
    return any(s.name == VARIABLE and s.value for event in path.events(SetEnv) for s in event.settings)


def _unknown(reason: str, path: CoveragePath) -> Missing:
    entry = gocoverdir(path)
    place = entry.evidence if entry else path.workload.evidence if path.workload else None
    return Missing("the value of GOCOVERDIR in the pod", reason, Link.RUN, evidence=place)


def _not_set(path: CoveragePath, container: Container) -> Iterator[Hit | Missing]:
    workload = path.workload
    if container.env_from:
        source = container.env_from[0]
        yield _unknown(f"it may come from envFrom {source.name} {source.value or ''}".strip(), path)
        return
    unread = [part for part in (workload.unread if workload else ()) if "env" in part.lower()]
    if unread:
        yield _unknown(f"a part of the environment was not readable ({unread[0]})", path)
        return
    value = _mount_path(container) or "/coverdata"
    yield Hit(
        f"GOCOVERDIR is not set in container {container.name} of {_workload(path)}.",
        WHY,
        Fix(f"Add GOCOVERDIR={value} to its env, and mount a volume there.", _patch(path, container)),
        (container.evidence, *(entry.evidence for entry in container.env[:1])),
        # the image may set it, and it was not read
        Certainty.CERTAIN if path.dockerfile is not None else Certainty.POSSIBLE,
    )


def _workload(path: CoveragePath) -> str:
    return f"{path.workload.kind} {path.workload.name}" if path.workload else "the workload"


def _mount_path(container: Container) -> str | None:
    """The path of the one mount that by its name is meant for coverage."""
    meant = [m.path for m in container.mounts if "cov" in f"{m.volume}{m.path}".lower() and known(m.path)]
    return meant[0] if len(meant) == 1 else None


def _patch(path: CoveragePath, container: Container) -> str | None:
    """Adds an entry after the last one; only where a coverage mount says which path is meant."""
    value = _mount_path(container)
    if value is None or not container.env:
        return None
    last = container.env[-1].evidence
    first_line = path.texts.get(last.path, "").split("\n")[last.line - 1 : last.line]
    start = first_line[0].strip() if first_line else ""
    if start.startswith("- name:"):
        return patch.diff(path, patch.insert_after(path, last, "- name: GOCOVERDIR", f"  value: {value}"))
    if start == "{" and last.path.endswith(".go"):
        lines = ("{", '\tName:  "GOCOVERDIR",', f'\tValue: "{value}",', "},")
        return patch.diff(path, patch.insert_after(path, last, *lines))
    return None
