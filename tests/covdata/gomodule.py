"""Go modules written for tests: many small functions with branches, run in part as the arguments say."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PIECES = (
    "\tif n%{a} == 0 {{\n\t\ttotal += {a}\n\t}}\n",
    "\tif n%{a} == 1 {{\n\t\ttotal++\n\t\ttotal *= 3\n\t}} else {{\n\t\ttotal--\n\t}}\n",
    "\tfor i := 0; i < n%{a}; i++ {{\n\t\ttotal += i\n\t}}\n",
    '\tif n == -{a} {{\n\t\treturn 0, errors.New("no")\n\t}}\n',
)
LITERAL = "\tfunc() {\n\t\tif total < 0 {\n\t\t\ttotal = 0\n\t\t}\n\t}()\n"
CALL = """\tif (seed*{factor}+{offset})%100 < part {{
\t\tv, _ := f{number}(seed + {number})
\t\ttotal += v
\t}}
"""
RUN = """// Run runs a part.
func Run(seed, part int) int {{
\ttotal := 0
{calls}\treturn total
}}
"""
MAIN = """package main

import (
\t"os"
\t"strconv"
{imports})

func main() {{
\tseed, _ := strconv.Atoi(os.Args[1])
\tpart, _ := strconv.Atoi(os.Args[2])
\ttotal := 0
{calls}\tif total == -1 {{
\t\tpanic("never")
\t}}
}}
"""


def write_module(root: Path, packages: int, functions: int, *, seed: int = 1, mains: int = 1) -> Path:
    """A module `example.com/lab` of some packages, and main packages `cmd/one`, `cmd/two`, ... over them."""
    chance = random.Random(seed)
    root.mkdir(parents=True, exist_ok=True)
    (root / "go.mod").write_text("module example.com/lab\n\ngo 1.20\n")
    names = [f"p{number:04d}" for number in range(packages)]
    for name in names:
        folder = root / "internal" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "code.go").write_text(_package(name, functions, chance))
        (folder / "empty.go").write_text(f"package {name}\n")
    (root / "internal" / "types").mkdir(exist_ok=True)
    (root / "internal" / "types" / "types.go").write_text("package types\n\n// T is a type.\ntype T int\n")
    for number in range(mains):
        _main(root / "cmd" / ("one", "two", "three")[number], names[number:])
    return root


def _package(name: str, functions: int, chance: random.Random) -> str:
    out = [f'package {name}\n\nimport "errors"\n\nvar errNo = errors.New("no")\n']
    calls = []
    for number in range(functions):
        body = [chance.choice(PIECES).format(a=k + 2) for k in range(1 + int(chance.expovariate(0.25)))]
        if number % 9 == 4:
            body.append(LITERAL)
        if number == 3:
            body = [PIECES[1].format(a=k + 2) for k in range(90)]
        out.append(
            f"func f{number}(n int) (int, error) {{\n\ttotal := n\n{''.join(body)}\treturn total, errNo\n}}\n"
        )
        factor, offset = chance.randrange(1, 97), chance.randrange(97)
        calls.append(CALL.format(factor=factor, offset=offset, number=number))
    out.append(RUN.format(calls="".join(calls)))
    return "\n".join(out)


def _main(folder: Path, names: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    imports = "".join(f'\t"example.com/lab/internal/{name}"\n' for name in names)
    imports += '\t"example.com/lab/internal/types"\n'
    calls = "".join(f"\ttotal += {name}.Run(seed, part)\n" for name in names) + "\ttotal += int(types.T(1))\n"
    (folder / "main.go").write_text(MAIN.format(imports=imports, calls=calls))


def build(module: Path, main: str, output: Path, *flags: str, go: str = "go", **env: str) -> Path:
    """Build a main package, by default with `-cover`."""
    chosen = flags or ("-cover", "-coverpkg=./...")
    environment = {**os.environ, "GOFLAGS": "", "GOWORK": "off", **env}
    words = [go, "build", *chosen, "-o", str(output), f"./cmd/{main}"]
    subprocess.run(words, cwd=module, env=environment, check=True, capture_output=True)
    return output


def run(binary: Path, directory: Path, seed: int, part: int) -> None:
    """Run a binary once with GOCOVERDIR set."""
    directory.mkdir(parents=True, exist_ok=True)
    environment = {"GOCOVERDIR": str(directory)}
    subprocess.run([str(binary), str(seed), str(part)], env=environment, check=True, capture_output=True)


@dataclass(frozen=True)
class Lab:
    """Binaries of one module, and directories with the files of their runs."""

    root: Path
    binaries: dict[str, Path]
    data: dict[str, Path]

    def covdata(self, verb: str, *words: str) -> subprocess.CompletedProcess[bytes]:
        """Run `go tool covdata`."""
        return subprocess.run(["go", "tool", "covdata", verb, *words], capture_output=True, check=False)


def cov(*words: str) -> subprocess.CompletedProcess[bytes]:
    """Run `covcheck cov`."""
    command = [sys.executable, "-c", "from bot.entry import main; main()", "cov", *words]
    return subprocess.run(command, capture_output=True, check=False, env={**os.environ, "COLUMNS": "200"})
