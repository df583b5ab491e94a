"""Loops that ask the cluster until no pod is left: the same as `kubectl wait --for=delete`."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.path.shell.machine import Machine

_ASKS = re.compile(r"\b(?:kubectl|oc|k)\b[^|;&\n]{0,200}?\bget\s+(?:po|pods?)\b")
_OTHER = re.compile(r"Running|Ready|phase|condition|status\.|-o\s*jsonpath=\S*status", re.IGNORECASE)
_NONE = re.compile(r"^\s*!|\[\s+-z\b|\btest\s+-z\b|-eq\s+[\"']?0|==?\s*[\"']?0?[\"']?\s*\]|-lt\s+[\"']?1\b")
_LEAVES = re.compile(r"[^\n;]*\bget\s+(?:po|pods?)\b[^\n]*(?:\n[^\n]*){0,2}\b(?:break|return|exit\s+0)\b")


def waits_until_gone(condition: str, until: bool) -> bool:
    """Whether `while CONDITION` (or `until`) goes round as long as pods are there."""
    if not _ASKS.search(condition) or _OTHER.search(condition):
        return False
    return bool(_NONE.search(condition)) is until


def ends_when_gone(body: str) -> bool:
    """Whether a loop's body is left when no pod is there: `[ -z "$(kubectl get pods)" ] && break`."""
    found = _LEAVES.search(body[:20_000])
    if found is None or _OTHER.search(found[0]):
        return False
    text = re.sub(r"^[\s{]*(?:do\s+)?(?:if\s+)?", "", found[0])
    alternative = re.search(r"\|\|\s*(?:break|return|exit)", text) is not None
    return _ASKS.search(text) is not None and bool(_NONE.search(text)) is not alternative


def note_wait(machine: Machine, since: int) -> None:
    """Put the wait that a loop is behind its commands, for the pods its `kubectl get` asks for."""
    for item in reversed(machine.commands[since:]):
        words = item.command.argv
        if "get" in words and _ASKS.search(" ".join(words)):
            at = words.index("get")
            argv = (*words[:at], "wait", "--for=delete", *words[at + 1 :])
            machine.commands.append(replace(item, command=replace(item.command, argv=argv, piped_from=None)))
            return
