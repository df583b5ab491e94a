"""People, secrets and places inside taken out of what is saved from a thread, as far as they can be told.

- secrets by `bot.redact`; e-mail addresses become `[e-mail]`
- mentions (`<@U1>`), `@handles` outside of code, and the given names of people become `somebody`
- private host names (`.internal`, `.corp`, `.lan`, `.local`, ...) and IP addresses become `[host]`; the names
  of a cluster (`.svc.cluster.local`), loopback and the address of no host stay: they belong to the set-up

A name that nobody told us, in running text, stays: whoever saves the thread reads it once more. Every pattern
is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.redact import redact
from bot.render.plain import visible

SOMEBODY = "somebody"
MAX_NAMES = 60
_SHORTEST = 3

_MARKUP = re.compile(r"<(?:@[A-Z0-9]{1,30}|!subteam\^[A-Z0-9]{1,30}|![a-z]{1,20})(?:\|[^<>\n]{0,100})?>")
_CHANNEL = re.compile(r"<#[A-Z0-9]{1,30}(?:\|[^<>\n]{0,100})?>")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,24}(?![\w-])")
_HANDLE = re.compile(r"(?<![\w/.@:+-])@[A-Za-z][\w.-]{0,60}(?:/[\w.-]{1,60})?(?<![.-])")
_HOST = re.compile(
    r"(?i)(?<![\w.-])(?:[a-z0-9-]{1,63}\.){1,8}(?:internal|intranet|corp|lan|local|home\.arpa|localdomain)(?![\w-])"
)
_ADDRESS = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)")
_CODE = re.compile(r"(```[^`]{0,20000}```|`[^`\n]{1,500}`)")


def stripped(text: str, names: Iterable[str] = ()) -> str:
    """The text without secrets, people and places inside; nothing in it hides or acts. `names` are those of
    the thread's people, as they are written there."""
    clean = _without_places(redact(visible(text)))
    clean = _EMAIL.sub("[e-mail]", _CHANNEL.sub("a channel", _MARKUP.sub(SOMEBODY, clean)))
    parts = _CODE.split(clean)
    clean = "".join(part if n % 2 else _HANDLE.sub(SOMEBODY, part) for n, part in enumerate(parts))
    pattern = _names(names)
    return clean if pattern is None else pattern.sub(SOMEBODY, clean)


def _without_places(text: str) -> str:
    text = _HOST.sub(lambda m: m[0] if m[0].lower().endswith("cluster.local") else "[host]", text)
    return _ADDRESS.sub(lambda m: m[0] if m[0].startswith(("127.", "0.0.0.0")) else "[host]", text)


def _names(names: Iterable[str]) -> re.Pattern[str] | None:
    """The names as they stand, and each of their words that begins with a capital: the longest first."""
    wanted: dict[str, None] = {}
    for name in list(names)[:MAX_NAMES]:
        whole = " ".join(name[:80].split())
        for part in (whole, *(word for word in whole.split() if word[:1].isupper())):
            if len(part) >= _SHORTEST:
                wanted[part] = None
    if not wanted:
        return None
    ordered = sorted(wanted, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, ordered))})(?!\w)")
