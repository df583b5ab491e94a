"""One line of the matrix: what is put in, and what must come out by causes.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model import Symptom
from tests.matrix.workload import Shop

NOTHING = (Symptom.NOTHING,)
META_ONLY = (Symptom.META_ONLY,)
COUNTERS_ONLY = (Symptom.COUNTERS_ONLY,)
BOTH = (Symptom.BOTH,)
LOST = (Symptom.NOTHING, None)
"""Files that are gone with the container, or were never there because it never ran."""

WRITABLE = "mkdir -p {directory} && chmod 0777 {directory}"
"""Makes the case's own directory on a node, for everybody."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What the case waits for before covcheck is asked: `available` (the pods run), `waiting` (a container
    waits for this reason) or `restarts` (a container has restarted this often)."""

    waiting: str = ""
    restarts: int = 0
    settle: float = 0.0
    """Seconds more: for what happens a while after the start."""


@dataclass(frozen=True, slots=True)
class Seed:
    """What an earlier run left: the files of `binary`, days old; `counters` False takes its counters out,
    `cut` leaves half of them."""

    binary: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace `old`, which must be there, in a file of the case's repo."""

    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Files:
    """The case's repo: the shop's own files, a Kind config, a script, the manifest, with these edits."""

    edits: tuple[Edit, ...] = ()
    replace: Mapping[str, str] = field(default_factory=dict)
    """path -> a file below tests/matrix/services that stands there instead."""


@dataclass(frozen=True, slots=True)
class Case:
    """`rule` is the cause that must come first (None: healthy), `symptoms` those that are right, `words` what
    the observations must say. `nodes` are shell commands run on nodes before: (node, command).
    `directory` is the parent of the case's own directory on the node.
    """

    name: str
    shop: Shop
    rule: str | None
    symptoms: tuple[Symptom | None, ...]
    words: tuple[str, ...] = ()
    why: str = ""
    nodes: tuple[tuple[str, str], ...] = ()
    parent: str = "/coverdata"
    ready: Ready = Ready()
    seed: Seed | None = None
    files: Files | None = None

    @property
    def namespace(self) -> str:
        return f"mx-{self.name}"

    @property
    def directory(self) -> str:
        """The case's own directory on the nodes."""
        return f"{self.parent}/{self.namespace}"

    @property
    def healthy(self) -> bool:
        return self.rule is None

    def fill(self, text: str) -> str:
        """The text with the case's own directory and namespace in it."""
        return text.replace("{directory}", self.directory).replace("{namespace}", self.namespace)
