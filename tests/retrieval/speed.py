"""How long a search takes, how long the index takes, and what memory it needs, at two sizes.

Each size is measured in a process of its own. The larger collection is made by recombining paragraphs of
the real documents, with a fixed seed, so words and lengths are real and no two documents are alike.
"""

from __future__ import annotations

import hashlib
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from knowledge.articles import Article, read_article
from knowledge.search.engine import Engine
from knowledge.search.index import Index
from tests.retrieval.data import cases, questions

REPEATS = 3


@dataclass(frozen=True, slots=True)
class Speed:
    """Times in milliseconds over all questions (each the best of three; `cpu` is the median of the CPU
    times), build in seconds, memory in MB."""

    documents: int
    characters: int
    p50: float
    p95: float
    cpu: float
    build: float
    build_cpu: float
    open: float
    build_memory: int
    search_memory: int
    disk: int


def measure(documents: int) -> Speed:
    """Speed at a number of documents, up to 3,039 the real ones. Building and searching are two processes."""
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-m", "tests.retrieval.speed", str(documents), folder]
        built = json.loads(subprocess.run([*words, "build"], check=True, capture_output=True).stdout)
        searched = json.loads(subprocess.run([*words, "search"], check=True, capture_output=True).stdout)
        disk = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
    return Speed(documents=documents, disk=disk // 1_000_000, **built, **searched)


def build(documents: int, folder: Path) -> dict[str, float]:
    """Index the documents in this process."""
    texts = [(file.stem, file.read_bytes()) for file in sorted(cases().rglob("*.md"))]
    source = {id: read_article(data, f"{id}.md") for id, data in texts[:documents]}
    if documents > len(texts):
        source = {}
        paragraphs = [p for _, data in texts for p in data.decode("utf-8", "replace").split("\n\n")]
        sizes = [data.count(b"\n\n") + 1 for _, data in texts]
    total = 0

    def read(id: str) -> Article:
        nonlocal total
        article = source[id] if id in source else _recombined(id, paragraphs, sizes)
        total += len(article.body)
        return article

    ids = list(source) or [f"made-{number}" for number in range(documents)]
    begun, cpu = time.perf_counter(), time.process_time()
    Index(folder).update({id: hashlib.sha256(id.encode()).hexdigest() for id in ids}, read)
    return {
        "build": round(time.perf_counter() - begun, 1),
        "build_cpu": round(time.process_time() - cpu, 1),
        "build_memory": _memory(),
        "characters": total,
    }


def search(folder: Path) -> dict[str, float]:
    """Search with every question of the set in this process."""
    begun = time.perf_counter()
    engine = Engine(Index(folder))
    opened = time.perf_counter() - begun
    times, cpus = [], []
    for asked in questions():
        took, used = [], []
        for _ in range(REPEATS):
            begun, cpu = time.perf_counter(), time.process_time()
            engine.search(asked.text, limit=10, exclude=asked.exclude)
            took.append((time.perf_counter() - begun) * 1000)
            used.append((time.process_time() - cpu) * 1000)
        times.append(min(took))
        cpus.append(min(used))
    return {
        "p50": round(statistics.median(times), 2),
        "p95": round(statistics.quantiles(times, n=20)[-1], 2),
        "cpu": round(statistics.median(cpus), 2),
        "open": round(opened, 2),
        "search_memory": _memory(),
    }


def _memory() -> int:
    """The most memory that this process has had, in MB; of itself alone, not of the one that started it."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) // 1000


def _recombined(id: str, paragraphs: list[str], sizes: list[int]) -> Article:
    chance = random.Random(id)
    picked = chance.choices(paragraphs, k=chance.choice(sizes))
    return Article(id, picked[0][:80], "\n\n".join(picked), source=id)


def main() -> None:
    documents, folder, what = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    print(json.dumps(build(documents, folder) if what == "build" else search(folder)))


if __name__ == "__main__":
    main()
