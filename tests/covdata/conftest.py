"""Real coverage data: modules built and run with the Go that is installed, once a session."""

from __future__ import annotations

import shutil

import pytest

from tests.covdata import gomodule
from tests.covdata.gomodule import Lab

RUNS = 12


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    if shutil.which("go") is None:
        pytest.skip("Go is not installed, so no real coverage data can be made")
    root = tmp_path_factory.mktemp("lab")
    module = gomodule.write_module(root / "module", packages=5, functions=25, mains=2)
    other = gomodule.write_module(root / "other", packages=5, functions=25, seed=2)
    cover = ("-cover", "-coverpkg=./...")
    builds = {
        "set": (module, "one", cover),
        "two": (module, "two", cover),
        "count": (module, "one", (*cover, "-covermode=count")),
        "atomic": (module, "one", (*cover, "-covermode=atomic")),
        "newer": (other, "one", cover),
        "plain": (module, "one", ("-ldflags=-s -w",)),
        "no-main": (module, "one", ("-cover", "-coverpkg=./internal/p0000", "-ldflags=-s -w")),
    }
    binaries = {n: gomodule.build(m, main, root / n, *flags) for n, (m, main, flags) in builds.items()}
    data = {name: root / "data" / name for name in ("set", "two", "count", "atomic", "newer")}
    for name, directory in data.items():
        for number in range(RUNS):
            gomodule.run(binaries[name], directory, number, 10 * number)
    return Lab(root, binaries, data)
