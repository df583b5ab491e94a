"""A year of figures of many services, the same each time: moves, gaps, a service that never reports."""

from __future__ import annotations

import datetime
import hashlib
import random
from dataclasses import replace

from sqlalchemy import create_engine

from bot.digest.model import Period
from bot.history.model import Figure, PackageFigure, Source
from bot.store.answers import Store
from bot.store.engine import driver_url
from bot.store.history_tables import FIGURES
from bot.store.live import StoredRun

DAY = 86_400.0
REPO = "acme/shop"
UNTIL = datetime.datetime(2026, 11, 23, 7, tzinfo=datetime.UTC).timestamp()
WEEK = Period(UNTIL - 7 * DAY, UNTIL, datetime.date(2026, 11, 23))
BLOCKED, SILENT, RISEN = "service-07", "service-11", "service-03"
"""The one whose runs give nothing since three weeks, the one never run since June, and the one that rose."""
PACKAGES = 12


def figures(services: int = 40, days: int = 365) -> list[Figure]:
    """One figure a day of each service; of PACKAGES packages."""
    chance, made = random.Random(7), []
    for number in range(services):
        name = f"service-{number:02}"
        sizes = [chance.randint(50, 400) for _ in range(PACKAGES)]
        parts = [chance.uniform(0.3, 0.8) for _ in range(PACKAGES)]
        for day in range(days, 0, -1):
            at = UNTIL - day * DAY + number * 60
            moved = chance.randrange(PACKAGES)
            parts[moved] = min(max(parts[moved] + chance.uniform(-0.004, 0.005), 0.0), 1.0)
            if name == RISEN and day == 3:
                parts = [min(part + 0.15, 1.0) for part in parts]
            if (name == BLOCKED and day <= 21) or (name == SILENT and day <= 150):
                continue
            made.append(_figure(name, day, at, sizes, parts))
    return made


def _figure(name: str, day: int, at: float, sizes: list[int], parts: list[float]) -> Figure:
    packages = tuple(
        PackageFigure(f"acme/shop/{name}/pkg{n:02}", size, round(size * part))
        for n, (size, part) in enumerate(zip(sizes, parts, strict=True))
    )
    covered = sum(package.covered for package in packages)
    commit = hashlib.sha1(f"commit of day {day}".encode()).hexdigest()
    return Figure(f"{name}-{day}", REPO, name, at, Source.PUSH, sum(sizes), covered, commit, "main", packages)


def run(name: str, at: float, rule: str = "", **more: object) -> StoredRun:
    """A live run without coverage; `rule` is its cause, empty: none was found."""
    causes = (
        [{"rule": rule, "effect": "blocks", "summary": "The files are copied too early."}] if rule else []
    )
    values: dict[str, object] = {
        "id": f"run-{name}-{at}",
        "service": name,
        "repo": REPO,
        "commit": None,
        "ref": None,
        "cluster": "kind",
        "namespace": "shop",
        "target": f"deployment/{name}",
        "started_at": at,
        "seconds": 9.0,
        "status": "FOUND" if rule else "INCONCLUSIVE",
        "causes": causes,
        **more,
    }
    return StoredRun(**values)  # type: ignore[arg-type]


def fill(url: str, until: float = UNTIL) -> Store:
    """A store with the year that ends then (in one transaction: one by one takes half a minute) and the runs
    of the blocked service."""
    store = Store(url)
    year = [replace(figure, at=figure.at + until - UNTIL) for figure in figures()]
    engine = create_engine(driver_url(url))
    with engine.begin() as connection:
        connection.execute(FIGURES.insert(), [_row(figure) for figure in year])
    engine.dispose()
    for day in range(21, 0, -1):
        store.keep_run(run(BLOCKED, until - day * DAY, "collect-before-exit"))
    return store


def _row(figure: Figure) -> dict[str, object]:
    values = {column.name: getattr(figure, column.name) for column in FIGURES.c}
    packages = [[p.path, p.statements, p.covered] for p in figure.packages]
    return {**values, "source": figure.source.value, "packages": packages}
