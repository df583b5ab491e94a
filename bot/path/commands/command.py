"""A command line as an end-to-end run executes it, whatever language it is written in."""

from __future__ import annotations

from dataclasses import dataclass

from bot.facts.build import Guard, Setting
from bot.model import Evidence


@dataclass(frozen=True, slots=True)
class Command:
    """One external command. Words are expanded as far as they are known; unknown parts are `${x}`.

    `env` are variables set for it (exported or on the line), with their places. `cwd` is
    repo-relative ("" is the root), absolute, or None. `stdin` is text fed to it where known
    (a heredoc, `strings.NewReader(manifest)`), with `stdin_evidence` as its first line, `stdin_file`
    the file that `< file` names. `piped_from` is the command before it in a pipe, `redirect` the file
    that stdout goes to.
    """

    argv: tuple[str, ...]
    evidence: Evidence
    env: tuple[Setting, ...] = ()
    cwd: str | None = ""
    guards: tuple[Guard, ...] = ()
    stdin: str | None = None
    stdin_evidence: Evidence | None = None
    piped_from: Command | None = None
    redirect: str | None = None
    phase: str = "setup"
    entry: str = ""
    ignore_errors: bool = False
    stdin_file: str | None = None
