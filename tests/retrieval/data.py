"""The real questions and documents of ../shared/data, where they are; nothing of them is kept here."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.library import Library
from knowledge.search.engine import Engine
from knowledge.search.index import Index

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
UNPACKED = Path(tempfile.gettempdir()) / "covcheck-retrieval"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the set; `relevant` is empty for one that no document answers."""

    id: str
    kind: str
    text: str
    relevant: frozenset[str]
    exclude: frozenset[str]

    @property
    def outside(self) -> bool:
        """Whether the right answer is to abstain."""
        return self.kind.startswith("ood")


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents on disk with a search engine over them."""

    name: str
    folder: Path
    engine: Engine

    @property
    def size(self) -> int:
        return len(self.engine.index.listed)

    def answerable(self, asked: Asked) -> bool:
        """Whether a document of the collection answers the question."""
        return any(id in self.engine.index.listed for id in asked.relevant)


def missing() -> str | None:
    """Why the data cannot be used here, or None."""
    if not (DATA / "questions.jsonl").is_file():
        return "../shared/data is not here"
    if shutil.which("zstd") is None or shutil.which("tar") is None:
        return "zstd and tar are needed to unpack ../shared/data/cases.tar.zst"
    return None


def questions() -> tuple[Asked, ...]:
    """All questions, in the order of the file."""
    rows = map(json.loads, (DATA / "questions.jsonl").read_text("utf-8").splitlines())
    return tuple(
        Asked(r["qid"], r["set"], r["query"], frozenset(r["relevant"]), frozenset(r["exclude"])) for r in rows
    )


def cases() -> Path:
    """The folder of the unpacked documents, unpacked once."""
    done = UNPACKED / "cases"
    if not done.is_dir():
        UNPACKED.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=UNPACKED) as fresh:
            program = "zstd -d --long=27"
            archive = str(DATA / "cases.tar.zst")
            subprocess.run(["tar", "-I", program, "-xf", archive, "-C", fresh], check=True, timeout=300)
            made = next(path.parent for path in Path(fresh).rglob("requests") if path.is_dir())
            made.rename(done)
    return done


def collections() -> Mapping[str, Collection]:
    """`requests` (156 documents) and `all` (3,039)."""
    return {name: collection(name) for name in ("requests", "all")}


def collection(name: str) -> Collection:
    """One of them, indexed when it is not yet."""
    folder = cases() / "requests" if name == "requests" else cases()
    library = Library(UNPACKED / "kb" / name)
    library.import_folder(folder)
    index = Index(library.root / "index")
    index.update({each.id: each.sha for each in library.entries().values()}, library.read)
    return Collection(name, folder, Engine(index))
