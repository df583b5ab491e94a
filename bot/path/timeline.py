"""Puts events in order and joins those that are two halves of one act."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable
from dataclasses import replace

from bot.facts.events import Copy, Deploy, Event, FileMake, GoTest, ImageEdit, ImageLoad, ImageSave
from bot.facts.words import clean_path, known

_MAX_CHAIN = 6


def settle(events: Iterable[Event], exists: Callable[[str], bool] = lambda path: False) -> tuple[Event, ...]:
    """The timeline of a run: acts joined (`join_acts`), phases told by the suite, `order` from 0.

    What follows the last test is teardown, what stands between the first and the last is test.
    """
    found = join_acts(events, exists)
    return tuple(replace(event, order=index) for index, event in enumerate(_phases(found)))


def join_acts(events: Iterable[Event], exists: Callable[[str], bool] = lambda path: False) -> list[Event]:
    """Events with the halves of one act joined; phases and order stay. Doing it twice changes nothing.

    A stream that is unpacked is one Copy with its destination; an archive that is loaded is the images
    that were saved in it; a manifest made by `sed`, `helm template` or `kustomize build` on the way and
    not in the repo (`exists`) is what it was made of.
    """
    return _trace_manifests(_load_archives(_join_streams(list(events))), exists)


def _join_streams(events: list[Event]) -> list[Event]:
    """Drop the sending half of `kubectl exec ... tar c | tar x`: the receiving half says it all."""
    kept: list[Event] = []
    for index, event in enumerate(events):
        following = events[index + 1 : index + 3]
        if isinstance(event, Copy) and any(_receives(other, event) for other in following):
            continue
        kept.append(event)
    return kept


def _receives(other: Event, event: Copy) -> bool:
    return (
        isinstance(other, Copy)
        and event.destination is None
        and other.destination is not None
        and (other.tool, other.source, other.node, other.pod, other.evidence.path)
        == (event.tool, event.source, event.node, event.pod, event.evidence.path)
    )


def place(event: Event, path: str) -> str:
    """A path of an event as seen from the repo's root; absolute and unknown places stay as they are."""
    if path.startswith("/") or event.cwd is None or not known(path):
        return path
    return clean_path(posixpath.join(event.cwd, path))


def _load_archives(events: list[Event]) -> list[Event]:
    saved: dict[str, tuple[str, ...]] = {}
    result: list[Event] = []
    for event in events:
        if isinstance(event, ImageSave) and event.archive:
            saved[place(event, event.archive)] = event.images
        if isinstance(event, ImageLoad):
            images = [name for image in event.images for name in saved.get(place(event, image), (image,))]
            event = replace(event, images=tuple(images))
        result.append(event)
    return result


def _trace_manifests(events: list[Event], exists: Callable[[str], bool]) -> list[Event]:
    made: dict[str, FileMake] = {}
    edits: list[ImageEdit] = []
    result: list[Event] = []
    for event in events:
        if isinstance(event, FileMake):
            made[place(event, event.path)] = event
        if isinstance(event, ImageEdit):
            edits.append(event)
        if isinstance(event, Deploy) and event.source is not None:
            event = replace(_traced(event, made, exists), edits=tuple(edits))
        result.append(event)
    return result


def _traced(event: Deploy, made: dict[str, FileMake], exists: Callable[[str], bool]) -> Deploy:
    for _ in range(_MAX_CHAIN):
        here = place(event, event.source or "")
        maker = made.get(here)
        if maker is None or exists(here) or len(maker.sources) != 1:
            break
        source = _from(event, place(maker, maker.sources[0]))
        method = {"helm template": "helm", "kustomize": "kustomize"}.get(maker.method, event.method)
        event = replace(event, source=source, method=method, fills=(*maker.fills, *event.fills))
        if method != "kubectl":
            break
    return event


def _from(event: Event, path: str) -> str:
    """A path seen from the root as seen from the event's own directory."""
    if path.startswith("/") or not known(path) or not event.cwd or event.cwd.startswith("/"):
        return path
    return posixpath.relpath(path, event.cwd)


def _phases(events: list[Event]) -> list[Event]:
    tests = [index for index, event in enumerate(events) if isinstance(event, GoTest)]
    if not tests:
        return events
    result = []
    for index, event in enumerate(events):
        if index > tests[-1]:
            event = replace(event, phase="teardown")
        elif index >= tests[0]:
            event = replace(event, phase="test")
        result.append(event)
    return result
