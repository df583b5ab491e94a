"""`RUN make build`, `RUN ./hack/build.sh`: the go builds of the repo's own files in an image build."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.facts.build import CopyFrom, GoBuild, Setting
from bot.facts.words import clean_path, known
from bot.model import Evidence
from bot.path.follow import Context, Run
from bot.path.names import resolve
from bot.path.shell.reader import ShellCommand
from bot.repo.base import Snapshot

MAX_CALLS = 20
"""Calls that one Dockerfile may follow."""


@dataclass(slots=True)
class DockerCalls:
    """Follows the calls of one image build. `contexts` are repo-relative directories that may be the
    build's context, the likely one first."""

    snapshot: Snapshot
    contexts: Sequence[str]
    calls: int = 0

    @property
    def spent(self) -> bool:
        """Whether no further call is followed."""
        return self.calls >= MAX_CALLS

    def builds(
        self,
        item: ShellCommand,
        copies: Iterable[CopyFrom],
        environment: tuple[Setting, ...],
        stage: int,
        place: Evidence,
    ) -> tuple[GoBuild, ...]:
        """The go builds of a RUN's call of make or of a script; none when it cannot be followed.

        The call's working directory is one of the image; `copies` tell which of the repo lies there.
        """
        inside = item.command.cwd
        if inside is None or not known(inside) or self.spent:
            return ()
        self.calls += 1
        for directory in self._directories(copies, clean_path(inside)):
            command = replace(item.command, cwd=directory, env=(*environment, *item.command.env))
            run = Run(self.snapshot, ())
            if not run.is_call(command):
                continue
            context = Context(env=command.env, cwd=directory, entry=place.path)
            run.follow([ShellCommand(command, (), item.taken)], context)
            return tuple(
                _in_image(build, item, directory, inside, stage, place) for build in run.reading().go_builds
            )
        return ()

    def _directories(self, copies: Iterable[CopyFrom], inside: str) -> Iterator[str]:
        """The repo's directories that may lie at a directory of the image."""
        pairs = [(copy, source) for copy in copies if copy.source_stage is None for source in copy.sources]
        for copy, source in pairs:
            name = source.rstrip("/").removesuffix("/.").removesuffix("/*") or "."
            target = clean_path(copy.destination)
            for context in self.contexts:
                for above in (name, posixpath.dirname(name) or "."):
                    rest = posixpath.relpath(inside, target) if inside.startswith("/") else "."
                    found = resolve(context, posixpath.normpath(posixpath.join(above, rest)))
                    if found is not None and known(found):
                        yield found


def _in_image(
    build: GoBuild, item: ShellCommand, directory: str, inside: str, stage: int, place: Evidence
) -> GoBuild:
    """A go build of the repo's file as one of the image: its directory, stage and conditions."""
    rest = posixpath.relpath(build.workdir or ".", directory or ".") if build.workdir is not None else None
    return replace(
        build,
        stage=stage,
        workdir=None if rest is None else clean_path(posixpath.join(inside, rest)),
        taken=item.taken if build.taken is True else build.taken,
        tests=(*item.tests, *build.tests),
        called_at=place,
    )
