"""The answer to the reference request as a document and a picture.

    python -m tests.request_capture REQUEST.md REPO [COMMIT]

REQUEST.md is the request as it was found (`../shared/request.md`), REPO a git directory of the repo that
it is about, at COMMIT. Writes docs/captures/request.md, with links to github.com, and request.svg beside it,
the first page of the terminal; prints how long the answer took. Nothing of this machine stands in either.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.answer import answer_request
from bot.render.request_markdown import request_markdown
from bot.render.request_terminal import show_request
from bot.render.request_view import RequestView
from bot.repo.local import open_local
from knowledge.answering.view import request_view
from knowledge.experiments.results import load_results
from tests.captures import recorded

COMMIT = "eb5185b732844766253a66998d72d0b11eaa73de"
REMOTE = "https://github.com/jordigilh/kubernaut.git"
PAGE = 66
"""Lines of the picture."""
FOLDER = Path(__file__).resolve().parent.parent / "docs" / "captures"


def main(request: str, repo: str, commit: str = COMMIT) -> None:
    """Answer, write both files, say how long it took."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        view = answered(Path(request), with_remote(Path(repo), Path(folder) / "repo.git"), commit)
        seconds = time.monotonic() - started
    (FOLDER / "request.md").write_text(request_markdown(view), "utf-8")
    (FOLDER / "request.svg").write_text(picture(view), "utf-8")
    sys.stdout.write(f"wrote docs/captures/request.md and request.svg; answered in {seconds:.1f} s\n")


def with_remote(repo: Path, target: Path) -> Path:
    """A bare clone that shares the objects and knows where the repo lives on the web."""
    clone = ("git", "clone", "-q", "--bare", "--shared", str(repo.resolve()), str(target))
    subprocess.run(clone, check=True)
    subprocess.run(("git", "-C", str(target), "remote", "set-url", "origin", REMOTE), check=True)
    return target


def answered(request: Path, repo: Path, commit: str) -> RequestView:
    """The view of the answer, from the experiments that ship."""
    with open_local(repo, commit) as snapshot:
        found = answer_request(snapshot, request.read_bytes(), request.name, outcomes=load_results())
    return request_view(found)


def picture(view: RequestView) -> str:
    """The first page of the terminal as an SVG."""

    def show(console: Console) -> None:
        page = Console(
            width=console.width,
            file=io.StringIO(),
            force_terminal=True,
            color_system="truecolor",
            highlight=False,
        )
        with page.capture() as taken:
            show_request(page, view)
        lines = taken.get().split("\n")[:PAGE]
        console.print(Text.from_ansi("\n".join(lines)))
        console.print(Text("...", style="dim"))

    return recorded("covcheck answer request.md --repo jordigilh/kubernaut", show)


if __name__ == "__main__":
    main(*sys.argv[1:])
