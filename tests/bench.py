"""`make bench`: warm and cold checks of a 5,000-file repo over HTTP, side by side with a peer.

The repo is the example with filler files, served by the local GitHub server. The peer is what a person
does without covcheck: a shallow clone and a grep for the words of the coverage path. Each figure
is the median of several runs in this one process run; quote the ratios, machines differ.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.github_server import ANY, GitHubServer

ROOT = Path(__file__).resolve().parent.parent
FILES = 5_000
RUNS = 5
WORDS = "GOCOVERDIR|-cover|extraMounts|hostPath|covdata"


def build_repo(folder: Path) -> Path:
    """The example with filler Go, YAML and Markdown files, FILES in all, as a git repo."""
    repo = folder / "platform"
    shutil.copytree(ROOT / "examples", repo, ignore=shutil.ignore_patterns("coverdata"))
    here = sum(1 for p in repo.rglob("*") if p.is_file())
    for number in range(FILES - here):
        package = repo / "internal" / f"area{number % 90:02d}" / f"part{number % 7}"
        package.mkdir(parents=True, exist_ok=True)
        kind = ("go", "go", "go", "yaml", "md")[number % 5]
        body = {
            "go": f"package part{number % 7}\n\nfunc F{number}() int {{ return {number} }}\n",
            "yaml": f"kind: ConfigMap\nmetadata:\n  name: c{number}\n",
            "md": f"# Note {number}\n",
        }[kind]
        (package / f"file{number}.{kind}").write_text(body)
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "bench"]):
        subprocess.run(
            ["git", "-C", str(repo), "-c", "user.name=b", "-c", "user.email=b@example.com", *words],
            check=True,
        )
    return repo


def covcheck(api: str, home: Path) -> None:
    """One check as a whole process."""
    env = {**os.environ, "COVCHECK_GITHUB__API_URL": api, "COVCHECK_HOME": str(home), "GITHUB_TOKEN": "bench"}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "check", "datastorage", "--repo", "acme/platform", "--json"],
        env=env,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 1, f"the example must come out FOUND, exit status was {done.returncode}"


def clone_and_grep(repo: Path, folder: Path) -> None:
    """The peer: a shallow clone and a grep."""
    target = folder / "clone"
    shutil.rmtree(target, ignore_errors=True)
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{repo}", str(target)], check=True)
    subprocess.run(["git", "-C", str(target), "grep", "-nE", WORDS], stdout=subprocess.DEVNULL, check=True)


def own_seconds(api: str, home: Path) -> float:
    """A warm check in a process that runs already, without the start of Python: our own time."""
    code = (
        "import time; from bot.bootstrap import snapshot_opener; from bot.check import check\n"
        "from bot.settings import load_settings\n"
        "opener = snapshot_opener(load_settings()); check(opener('acme/platform', None), 'datastorage')\n"
        "start = time.perf_counter(); check(opener('acme/platform', None), 'datastorage')\n"
        "print(time.perf_counter() - start)"
    )
    env = {**os.environ, "COVCHECK_GITHUB__API_URL": api, "COVCHECK_HOME": str(home), "GITHUB_TOKEN": "bench"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=ROOT, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="covcheck-bench-") as name:
        folder = Path(name)
        print(f"covcheck bench: a repo of {FILES} files, {RUNS} runs each, medians")
        repo = build_repo(folder)
        with GitHubServer({"acme/platform": repo / ".git"}, tokens={"bench": ANY}) as server:
            cold, warm, own, peer = [], [], [], []
            requests: dict[str, int] = {}
            for run in range(RUNS):
                home = folder / f"home{run}"
                for label, times in (("cold", cold), ("warm", warm)):
                    before = len(server.requests)
                    times.append(timed(lambda home=home: covcheck(server.api_url, home)))
                    requests[label] = len(server.requests) - before
                own.append(own_seconds(server.api_url, home))
                peer.append(timed(lambda: clone_and_grep(repo, folder)))
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        base = statistics.median(peer)
        print(f"{'':34}{'seconds':>9}{'ratio to peer':>15}{'requests':>10}")
        for label, times, asked in (
            ("peer: shallow clone and grep", peer, ""),
            ("cold check, whole process", cold, requests["cold"]),
            ("warm check, whole process", warm, requests["warm"]),
            ("warm check, our own time", own, requests["warm"]),
        ):
            middle = statistics.median(times)
            print(f"{label:34}{middle:9.2f}{middle / base:15.2f}{asked!s:>10}")
        print(f"peak memory of the largest process: {memory:.0f} MB")
        print("bounds: cold at most 40 requests, warm 1; warm under 1 s of our own time; under 150 MB")


if __name__ == "__main__":
    main()
