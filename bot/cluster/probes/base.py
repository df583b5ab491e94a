"""What every probe declares, and how it says what it saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.cluster.permissions import Permission
from bot.model import Observation
from bot.redact import redact

MAX_LINES = 6
MAX_LINE = 300


@dataclass(frozen=True, slots=True)
class Probe:
    """A probe as people read of it: what it shows (`doc`), what it asks of the cluster (`cost`) and the
    permissions without which its part is Missing."""

    name: str
    permissions: tuple[Permission, ...]
    cost: str
    doc: str

    def saw(self, about: str, text: str, excerpt: str = "") -> Observation:
        """An observation of this probe, now; text and excerpt are redacted and cut."""
        lines = [line[:MAX_LINE] for line in redact(excerpt[:20_000]).splitlines()[:MAX_LINES]]
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return Observation(self.name, about, redact(text)[:500], at, "\n".join(lines))


ATTACH = (
    Permission("get", "Pod", None, "look into a running pod"),
    Permission("watch", "Pod", None, "wait for the container that looks into a pod"),
    Permission("patch", "Pod", "ephemeralcontainers", "look into a running pod"),
    Permission("get", "Pod", "exec", "look into a running pod"),
    Permission("create", "Pod", "exec", "look into a running pod"),
)
"""What looking into a pod through an ephemeral container needs."""

Records = Mapping[str, str]
"""What a script in a container printed, by key."""


def records(output: bytes) -> list[tuple[str, str]]:
    """`key=value` pairs that end in NUL, as scripts of probes print them; odd bytes become surrogates."""
    pairs = (part.partition(b"=") for part in output.split(b"\0") if b"=" in part)
    return [(key.decode("utf-8", "replace").strip(), _text(value)) for key, _, value in pairs]


def _text(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")
