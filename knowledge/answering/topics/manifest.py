"""The workload as the run deploys it: GOCOVERDIR, mount and volume, user, grace period, pull policy."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model import Link, LinkFact, Missing
from knowledge.answering.asking import Ask
from knowledge.answering.model import Statement
from knowledge.answering.topic import topic
from knowledge.answering.wording import code, places, under, under_row

_ROWS: tuple[tuple[Link, str, str], ...] = (
    (Link.RUN, "GOCOVERDIR", "GOCOVERDIR"),
    (Link.VOLUME, "mount path", "the coverage directory is mounted at"),
    (Link.VOLUME, "volume", "its volume is"),
    (Link.VOLUME, "runs as uid", "the process runs as uid"),
    (Link.VOLUME, "fsGroup", "fsGroup"),
    (Link.STOP, "grace period", "the grace period in seconds"),
    (Link.IMAGE, "pull policy", "imagePullPolicy"),
    (Link.RUN, "replicas", "replicas"),
)


@topic("manifest", Link.RUN, Link.VOLUME)
def manifest(ask: Ask) -> Iterator[Statement | Missing]:
    if ask.path is None:
        return
    workload = ask.path.workload
    if workload is None:
        yield ask.gap("the manifest", Link.RUN)
        return
    text = (
        f"{workload.kind} {code(workload.name)} stands in {workload.evidence.path}{under(workload.guards)}."
    )
    yield Statement(text, places(workload.evidence))
    for link, name, words in _ROWS:
        for row in ask.rows(link, name)[:1]:
            if row.evidence is not None:
                yield Statement(_told(words, row), places(row.evidence))


def _told(words: str, row: LinkFact) -> str:
    if row.value == "not set":
        return f"{words} is not set."
    text = f"{words}: {code(row.value)}{under_row(row)}."
    return text[:1].upper() + text[1:] if text.startswith(("the ", "its ")) else text
