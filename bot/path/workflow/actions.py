"""What well-known GitHub actions do, as events: image builds, clusters, uploads."""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from bot.facts.build import Setting
from bot.facts.events import ClusterCreate, Event, ImageBuild, ImagePush, Upload
from bot.facts.words import hole
from bot.model import Evidence
from bot.path.commands.place import Place
from bot.path.manifest.tree import Tree

RETRY_ACTIONS = (
    "nick-fields/retry",
    "nick-invision/retry",
    "nick-fields/retry-action",
    "wandalen/wretry.action",
)
"""Actions that run the shell text of their input `command`."""


class Inputs:
    """The `with:` of a step, expressions filled in."""

    def __init__(self, tree: Tree | None, fill: Callable[[str], str]) -> None:
        self.tree = tree
        self.fill = fill

    def text(self, *names: str) -> str | None:
        """The value of the first input that is given and not empty."""
        for name in names:
            found = self.tree.text(name) if self.tree is not None else None
            if found is not None and (value := self.fill(found).strip()):
                return value
        return None

    def lines(self, *names: str, comma: bool = True) -> tuple[str, ...]:
        """A list given as lines, or separated by commas."""
        text = self.text(*names) or ""
        parts = text.replace(",", "\n") if comma and "\n" not in text else text
        return tuple(part.strip() for part in parts.split("\n") if part.strip())

    def places(self, name: str) -> list[tuple[str, Evidence]]:
        """The lines of an input with their places."""
        tree = self.tree.get(name) if self.tree is not None else None
        if tree is None or tree.scalar is None:
            return []
        return [(self.fill(line).strip(), tree.evidence) for line in tree.scalar.split("\n") if line.strip()]


def action_events(name: str, inputs: Inputs, place: Place) -> tuple[Event, ...]:
    """The events of `uses: NAME@...`, `name` in lower case and without its version."""
    reader = _ACTIONS.get(name)
    return reader(inputs, place) if reader is not None else ()


def _build_push(inputs: Inputs, place: Place) -> tuple[Event, ...]:
    """docker/build-push-action: `file` is relative to the repo, `context` defaults to it."""
    context = inputs.text("context") or "."
    default = posixpath.join(context, "Dockerfile") if context != "." else "Dockerfile"
    args = []
    for line, evidence in inputs.places("build-args"):
        if line:
            arg, equals, value = line.partition("=")
            args.append(Setting(arg.strip(), value if equals else None, evidence))
    pushed = inputs.text("push") not in (None, "false") or "type=registry" in (inputs.text("outputs") or "")
    return (
        ImageBuild(
            **place,
            tool="docker/build-push-action",
            dockerfile=inputs.text("file") or (None if "://" in context else default),
            context=context,
            target=inputs.text("target"),
            tags=inputs.lines("tags"),
            build_args=tuple(args),
        ),
        *((ImagePush(**place, images=inputs.lines("tags")),) if pushed else ()),
    )


def _bake(inputs: Inputs, place: Place) -> tuple[Event, ...]:
    unknown = hole(f"target of {inputs.text('files') or 'the bake file'}")
    args = (Setting(unknown, None, place["evidence"]),)
    return (ImageBuild(**place, tool="docker/bake-action", dockerfile=unknown, build_args=args),)


def _kind(default: str) -> Callable[[Inputs, Place], tuple[Event, ...]]:
    def read(inputs: Inputs, place: Place) -> tuple[Event, ...]:
        if inputs.text("install_only", "skipClusterCreation") == "true":
            return ()
        name = inputs.text("cluster_name", "name", "cluster-name") or default
        return (ClusterCreate(**place, name=name, config=inputs.text("config")),)

    return read


def _codecov(inputs: Inputs, place: Place) -> tuple[Event, ...]:
    return (Upload(**place, tool="codecov", files=inputs.lines("files", "file", "directory")),)


def _artifact(inputs: Inputs, place: Place) -> tuple[Event, ...]:
    return (Upload(**place, tool="actions/upload-artifact", files=inputs.lines("path", comma=False)),)


def _coveralls(inputs: Inputs, place: Place) -> tuple[Event, ...]:
    files = inputs.lines("files", "file", "path-to-profile", "path-to-lcov")
    return (Upload(**place, tool="coveralls", files=files),)


_ACTIONS: dict[str, Callable[[Inputs, Place], tuple[Event, ...]]] = {
    "docker/build-push-action": _build_push,
    "docker/bake-action": _bake,
    "helm/kind-action": _kind("chart-testing"),
    "engineerd/setup-kind": _kind("kind"),
    "container-tools/kind-action": _kind("kind"),
    "codecov/codecov-action": _codecov,
    "coverallsapp/github-action": _coveralls,
    "shogo82148/actions-goveralls": _coveralls,
    "actions/upload-artifact": _artifact,
}
