"""`python -m tests.matrix [CASE ...] [--write] [--ground]`: run the matrix and print its table."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.kind.conftest import missing, prepared_environment
from tests.kind.live import LiveCluster, shared_cluster
from tests.matrix.case import Case
from tests.matrix.cases import CASES
from tests.matrix.ground import look
from tests.matrix.report import line, totals, write
from tests.matrix.runner import SIDE_BY_SIDE, prepare, run_cases
from tests.matrix.stage import on_stage
from tests.matrix.verdict import Outcome


def main() -> int:
    """0 when every case holds."""
    given = _arguments().parse_args()
    names = set(given.cases)
    cases = [case for case in CASES if not names or case.name in names]
    unknown = names - {case.name for case in cases}
    if unknown:
        print(f"no such case: {', '.join(sorted(unknown))}")
        return 2
    reason = missing()
    if reason:
        print(f"no cluster here: {reason}")
        return 2
    folder = Path(given.folder or tempfile.mkdtemp(prefix="covcheck-matrix-"))
    folder.mkdir(exist_ok=True)
    with shared_cluster(folder, prepared_environment(folder)) as cluster:
        if not given.loaded:
            prepare(cluster, folder)
        if given.ground:
            return _ground(cases, cluster, folder)
        return _matrix(cases, cluster, folder, given)


def _matrix(cases: Sequence[Case], cluster: LiveCluster, folder: Path, given: argparse.Namespace) -> int:
    started = time.monotonic()
    keep = Path(given.answers) if given.answers else None

    def tell(outcome: Outcome) -> None:
        print(line(outcome), flush=True)
        if keep is not None:
            _keep(keep, outcome)

    kept = _kept(keep, cases) if given.resume and keep is not None else {}
    todo = [case for case in cases if case.name not in kept]
    found = {**kept, **{o.case.name: o for o in run_cases(todo, cluster, folder, tell, given.at_once)}}
    outcomes = [found[case.name] for case in cases]
    seconds = time.monotonic() - started
    print(f"\n{totals(outcomes)}\n{len(outcomes)} cases in {seconds:.0f} s.")
    if given.write:
        print(f"wrote {write(outcomes, cluster, _how(seconds, given, bool(kept)))}")
    return 0 if not any(outcome.complaints for outcome in outcomes) else 1


def _how(seconds: float, given: argparse.Namespace, resumed: bool) -> str:
    if resumed:
        return "put together from several runs beside other work on the machine, so the seconds are too many."
    return f"run in {seconds / 60:.1f} minutes, {given.at_once} at a time."


def _keep(folder: Path, outcome: Outcome) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    said = {
        "code": outcome.code,
        "answer": outcome.answer,
        "errors": outcome.errors,
        "seconds": outcome.seconds,
        "left": outcome.left,
    }
    (folder / f"{outcome.case.name}.json").write_text(json.dumps(said, indent=1), "utf-8")


def _kept(folder: Path, cases: Sequence[Case]) -> dict[str, Outcome]:
    """The outcomes that an interrupted run has kept, without those that gave no answer."""
    files = {case.name: (case, folder / f"{case.name}.json") for case in cases}
    found = {}
    for name, (case, path) in files.items():
        if path.is_file() and (said := json.loads(path.read_text("utf-8")))["answer"] is not None:
            left = tuple(said.get("left", ()))
            answer, errors = said["answer"], said["errors"]
            found[name] = Outcome(case, said.get("code", 0), answer, errors, said["seconds"], left)
    return found


def _ground(cases: Sequence[Case], cluster: LiveCluster, folder: Path) -> int:
    """Without covcheck: what kubectl and the nodes show of each case."""

    def one(case: Case) -> bool:
        with tempfile.TemporaryDirectory() as made, on_stage(case, cluster, folder, Path(made)) as client:
            found = look(case, cluster, client)
        right = found.symptom is None or found.symptom in case.symptoms
        ends = ", ".join(found.ends)
        mark = "ok " if right else "BAD"
        print(f"{mark} {case.name:36} {found.symptom or 'not seen':13} {ends:14} {' '.join(found.first)}")
        return right

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        return 0 if all(list(pool.map(one, cases))) else 1


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.matrix", description=__doc__)
    parser.add_argument("cases", nargs="*", help="names of cases; default: all")
    parser.add_argument("--write", action="store_true", help="leave docs/accuracy.md")
    parser.add_argument("--ground", action="store_true", help="only what kubectl shows, without covcheck")
    parser.add_argument("--loaded", action="store_true", help="the images are built in --folder and loaded")
    parser.add_argument("--folder", help="where binaries are built")
    parser.add_argument("--answers", help="keep each answer as JSON in this folder")
    parser.add_argument("--resume", action="store_true", help="take what --answers holds instead of a run")
    parser.add_argument("--at-once", type=int, default=SIDE_BY_SIDE, help="cases side by side")
    return parser


if __name__ == "__main__":
    sys.exit(main())
