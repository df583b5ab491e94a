"""Profiles written by hand, for what draws them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.covdata import Problem, Profile
from bot.covdata.meta import Package
from bot.covdata.profile import FunctionKey, PackageProfile

Unit = tuple[str, tuple[int, int, int, int, int], int]
"""Function, then first line, first column, last line, last column, statements; then how often it ran."""


def package(path: str, files: dict[str, Sequence[Unit]]) -> PackageProfile:
    """A package of some files, each with its units."""
    keys: list[FunctionKey] = []
    owner, unit, counts = [], [], []
    for file, units in files.items():
        for name, place, count in units:
            key = FunctionKey(f"{path}/{file}", name, False)
            if key not in keys:
                keys.append(key)
            owner.append(keys.index(key))
            unit.append(place)
            counts.append(count)
    nothing = np.empty(0, np.int64)
    made = PackageProfile(
        path,
        Package(path, path.rpartition("/")[2], "example.com/shop", b"", 0, len(keys)),
        (nothing, nothing, nothing.astype(np.bool_)),
        np.array(owner, np.int64),
        np.array(unit, np.uint32).reshape(-1, 5),
        np.array(counts, np.uint64),
    )
    made.functions = keys
    return made


def profile(*packages: PackageProfile, mode: str = "set", problems: tuple[Problem, ...] = ()) -> Profile:
    return Profile(mode, {p.path: p for p in packages}, problems)


def sized(path: str, **sizes: tuple[int, int]) -> PackageProfile:
    """A package with files of so many statements, of which so many ran."""
    files = {}
    for name, (statements, covered) in sizes.items():
        ran = [("f", (1, 1, 2, 2, covered), 1)] if covered else []
        rest = [("f", (3, 1, 4, 2, statements - covered), 0)] if statements > covered else []
        files[f"{name}.go"] = [*ran, *rest]
    return package(path, files)


SHOP = "example.com/shop"


def shop() -> Profile:
    return profile(
        sized(f"{SHOP}/cart", cart=(80, 60), price=(20, 0)),
        sized(f"{SHOP}/cmd", main=(10, 10)),
        sized(f"{SHOP}/store", store=(200, 150), sql=(90, 3)),
        package(f"{SHOP}/types", {}),
    )


def go_module(root: Path, files: dict[str, str]) -> Path:
    """A module `example.com/shop` with some files."""
    for name, text in {"go.mod": f"module {SHOP}\n\ngo 1.26\n", **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root
