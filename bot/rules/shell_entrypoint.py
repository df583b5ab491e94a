"""A shell is process 1 and keeps the signal.

What it looks at: ENTRYPOINT and CMD (shell form or exec form), the command in the manifest, and the script
that they start.

Why it empties the figure: Kubernetes sends SIGTERM to process 1. A shell there does not pass it on, the Go
program never learns that it should end and is killed without writing its counters (antrea-io/antrea#6090).
Whether `sh -c program` replaces itself depends on the shell: bash does for a last plain command, dash does
not (own experiment, bash 5.2 and dash 0.5.12). A script replaces itself only with `exec`.

How to fix: use the exec form, start the program with `exec`, or put an init such as tini before it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from bot.facts import patch
from bot.facts.baseimages import shell_kind
from bot.facts.binary import StartCommand, start_command
from bot.facts.joints import final_stage
from bot.facts.path import CoveragePath
from bot.facts.stages import stage_chain
from bot.facts.words import known
from bot.model import Certainty, Evidence, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "SIGTERM goes to process 1; a shell does not pass it on, so the program is killed without its counters."
SHELLS = frozenset({"sh", "bash", "ash", "dash"})
_STAYS = re.compile(r"\|(?!\|)|[^&]&\s*$|[^&]&\s*(?!&)\w|;\s*\S[^;]*$")


@rule(
    "shell-entrypoint",
    Link.IMAGE,
    title="A shell is process 1 and keeps the signal",
    source="antrea-io/antrea#6090; own experiment",
    symptom=Symptom.META_ONLY,
    explains=("no-signal-handler",),
)
def shell_entrypoint(path: CoveragePath) -> Iterator[Hit | Missing]:
    command = start_command(path)
    if command is None or not command.argv:
        return
    text = _shell_text(command)
    if text is not None:
        yield from _of_text(path, command, text)
    elif command.script is not None and command.script_execs is False:
        yield Hit(
            f"The container starts the script {command.argv[0]}, which runs the program without exec.",
            WHY,
            Fix("Start the program with exec in the script.", _exec_patch(path, command.script)),
            (command.evidence, command.script),
        )
    elif command.argv[0].endswith(".sh") and command.script_execs is None:
        reason = f"the script {command.argv[0]} was not read, so it is not known whether it uses exec"
        yield Missing("what process 1 is", reason, Link.IMAGE, evidence=command.evidence)


def _shell_text(command: StartCommand) -> str | None:
    """The text that a shell runs, or None when no shell is asked to."""
    if command.shell_form:
        return " ".join(command.argv)
    words = [w for w in command.argv if w != "-c"]
    if posixpath.basename(command.argv[0]) in SHELLS and any(w.endswith("c") for w in command.argv[1:2]):
        return words[-1] if len(words) > 1 else None
    return None


def _of_text(path: CoveragePath, command: StartCommand, text: str) -> Iterator[Hit | Missing]:
    plain = re.sub(r"^/bin/(ba)?sh -c\s+", "", text).strip()
    last = re.split(r"&&|;|\n", plain)[-1].strip()
    if last.startswith(("exec ", "tini ", "dumb-init ")) or not known(plain):
        return
    certainty = Certainty.CERTAIN if _STAYS.search(plain) else _by_shell(path, command)
    if certainty is None:
        return
    edits = [patch.replace(path, command.evidence, last, f"exec {last}")] if last == plain else [None]
    yield Hit(
        f"The container starts `{plain}` through a shell, which is process 1.",
        WHY,
        Fix("Use the exec form, or start the program with exec.", patch.diff(path, *edits)),
        (command.evidence,),
        certainty,
    )


def _by_shell(path: CoveragePath, command: StartCommand) -> Certainty | None:
    """Whether the shell stays for a plain last command; None: it replaces itself."""
    if not command.shell_form and posixpath.basename(command.argv[0]) == "bash":
        return None
    chain = stage_chain(path.dockerfile, final_stage(path))
    kind = shell_kind(chain[-1].base) if chain else None
    if kind == "bash":
        return None
    return Certainty.CERTAIN if kind == "dash" else Certainty.LIKELY


def _exec_patch(path: CoveragePath, line: Evidence) -> str | None:
    if line.line != line.end_line:
        return None
    text = path.texts.get(line.path, "").split("\n")[line.line - 1 : line.line]
    word = text[0].strip() if text else ""
    return patch.diff(path, patch.replace(path, line, word, f"exec {word}")) if word else None
