"""`python -m tests.bench_covdata`: our reader beside `go tool covdata percent` on the same directories.

Real counter files of instrumented programs: 500 files of 15 MB and 200 files of 42 MB; once every file from
a run of its own that runs other functions, once 20 runs repeated, as replicas do the same work. In process: a
load and the report, beside the covdata binary alone. As a process: `covcheck cov percent` beside
`go tool covdata`. Figures are medians; quote the ratios, machines differ.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.covdata import gomodule

RUNS = 7
DISTINCT = 20
SHAPES = {"500 files": (500, 50, 40, 15), "200 files": (200, 140, 113, 42)}
"""Files, packages, functions a package, and the megabytes they should come to."""
ENTRY = "from bot.entry import main; main()"


def make_data(folder: Path, files: int, packages: int, functions: int, distinct: int = DISTINCT) -> Path:
    """A directory with the meta-data and `files` counter files, of so many different runs."""
    module = gomodule.write_module(folder / "module", packages, functions)
    binary = gomodule.build(module, "one", folder / "binary", "-cover", "-coverpkg=./...", "-trimpath")
    real = folder / "real"
    for number in range(distinct):
        gomodule.run(binary, real, 7 * number + 1, 40 + 37 * number % 60)
    data = folder / "data"
    data.mkdir()
    shutil.copy(next(real.glob("covmeta.*")), data)
    runs = sorted(real.glob("covcounters.*"))
    for number in range(files):
        head = runs[number % len(runs)].name.split(".")
        shutil.copy(runs[number % len(runs)], data / f"{head[0]}.{head[1]}.{10_000 + number}.{head[3]}")
    return data


def median(work: Callable[[], object]) -> float:
    """Seconds of several runs, after one that warms caches."""
    work()
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def ours(data: Path) -> str:
    """The report, in this process."""
    from bot.covdata import load, report

    return report.percent(load([data]))


def peak(data: Path) -> int:
    """The largest memory of one whole process, in MB."""
    code = "import resource, sys; from bot.covdata.command import run_words\n"
    code += "run_words(['percent', '-i', sys.argv[1]])\n"
    code += "sys.stderr.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024))"
    done = subprocess.run([sys.executable, "-c", code, str(data)], capture_output=True, text=True, check=True)
    return int(done.stderr)


def main() -> None:
    covdata = Path(tempfile.mkdtemp()) / "covdata"
    subprocess.run(["go", "build", "-o", str(covdata), "cmd/covdata"], check=True)
    commands = {
        "covdata": [str(covdata), "percent"],
        "go tool covdata": ["go", "tool", "covdata", "percent"],
        "covcheck cov": [sys.executable, "-c", ENTRY, "cov", "percent"],
    }
    for name, (files, packages, functions, _) in SHAPES.items():
        for distinct in (files, DISTINCT):
            with tempfile.TemporaryDirectory() as folder:
                data = make_data(Path(folder), files, packages, functions, distinct)
                size = sum(f.stat().st_size for f in data.glob("covcounters.*")) / 1e6
                print(f"{name}, {size:.0f} MB, {distinct} different runs")
                compare(data, commands)


def compare(data: Path, commands: dict[str, list[str]]) -> None:
    """Print our figures beside the peers' for one directory."""
    assert ours(data).encode() == _output(commands["covdata"], data)
    inside = median(lambda: ours(data))
    times = {what: median(partial(_output, words, data)) for what, words in commands.items()}
    print(_compared("in process", inside, "covdata", times["covdata"]))
    print(_compared("as a process", times["covcheck cov"], "go tool", times["go tool covdata"]))
    print(f"  memory           {peak(data)} MB")


def _compared(what: str, own: float, peer: str, theirs: float) -> str:
    return f"  {what:<16} {own:.3f} s, {own / theirs:.2f} of {peer}'s {theirs:.3f} s"


def _output(words: list[str], data: Path) -> bytes:
    return subprocess.run([*words, f"-i={data}"], capture_output=True, check=True, env=os.environ).stdout


if __name__ == "__main__":
    main()
