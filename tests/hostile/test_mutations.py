"""Healthy repos with files changed at random, bytes and words: a check never fails unexpectedly.

COVCHECK_MUTATIONS sets how many changes are tried for each repo.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.check import check
from bot.errors import CovcheckError
from bot.model import RepoRef
from bot.path import discover
from bot.render.json import check_json
from bot.repo.base import Entry, File, Skip
from bot.repo.blob import to_file
from tests.hostile.bases import base

COUNT = int(os.environ.get("COVCHECK_MUTATIONS", "25"))
SERVICES = {"script": "shop", "go-suite": "shop", "examples": "datastorage"}
WORDS = (
    *(
        "",
        " ",
        "\n",
        "\t",
        "\0",
        "\r\n",
        "\ufeff",
        "${",
        "}",
        "$(",
        ")",
        "{{",
        "}}",
        "`",
        '"',
        "'",
        "\\",
        "\\\n",
    ),
    *("&a", "*a", "<<", "---", "- ", ": ", "[", "]", "{", "}", "(", "|", ">", "#", "!", "%", "@", "=", ":="),
    *(
        "if",
        "fi",
        "else",
        "endif",
        "for",
        "done",
        "func",
        "return",
        "defer",
        "package",
        "FROM",
        "RUN",
        "COPY",
    ),
    *("exec", "0", "-1", "99999999999999999999", "true", "null", "~", "/", "..", "../..", "*", "\u202e", "é"),
)


class Changed:
    """A snapshot of bytes."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.ref = RepoRef("made/here", "0" * 40)
        self.files = files
        self.entries = {p: Entry(p, "file", f"{n:040x}", len(d)) for n, (p, d) in enumerate(files.items())}
        self.gaps: tuple[Skip, ...] = ()

    def read(self, path: str) -> File | Skip:
        if path not in self.files:
            return Skip(path, "is not in the repo")
        return to_file(path, self.files[path], self.entries[path].sha, self.ref)

    def prefetch(self, paths: Iterable[str]) -> None:
        return None


@st.composite
def changed(draw: st.DrawFn, name: str) -> Changed:
    """A repo with one to four changes: words put in, stretches cut out, doubled or moved, bytes set."""
    files = {path: text.encode() for path, text in base(name).items() if not path.endswith(".sum")}
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from(sorted(files)))
        data = files[path]
        at = draw(st.integers(0, len(data)))
        end = min(at + draw(st.integers(0, 60)), len(data))
        new = draw(
            st.one_of(
                st.sampled_from(WORDS).map(str.encode),
                st.binary(max_size=6),
                st.just(data[at:end] * 2),
                st.sampled_from(WORDS).map(lambda word: word.encode() * 500),
                st.integers(0, len(data)).map(lambda other, data=data: data[other : other + 80]),
            )
        )
        files[path] = data[:at] + new + data[end:]
    return Changed(files)


def survives(name: str, snapshot: Changed) -> None:
    try:
        done = check(snapshot, SERVICES[name])
        discover(snapshot)
    except CovcheckError:
        return
    check_json(done.path, done.diagnosis)


many = settings(max_examples=COUNT, deadline=None, suppress_health_check=list(HealthCheck))


@many
@given(changed("script"))
def test_a_run_by_scripts(snapshot: Changed) -> None:
    survives("script", snapshot)


@many
@given(changed("go-suite"))
def test_a_run_by_a_go_suite(snapshot: Changed) -> None:
    survives("go-suite", snapshot)


@many
@given(changed("examples"))
def test_the_example(snapshot: Changed) -> None:
    survives("examples", snapshot)
