"""The uploaded report may be dropped: its import paths do not name the repo.

What it looks at: an upload to codecov of the profile that covdata made, the module path in go.mod and the
repo's name.

Why: a profile names files by import path. codecov drops what it cannot match to a file of the repo
(gocql#1089: `import path is not the repo path`). A module that has the repo's name in its path is matched.
Path fixes in codecov's own settings are not read, so this is never more than possible.

How to fix: strip the module path from the profile (`sed "s|^MODULE/||"`), or set `fixes` in codecov.yml.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from bot.facts.events import Upload
from bot.facts.order import data_reports
from bot.facts.path import CoveragePath
from bot.model import Certainty, Effect, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "codecov matches import paths to the repo's files and drops what it cannot match."


@rule(
    "upload-path-mismatch",
    Link.REPORT,
    effect=Effect.DEGRADES,
    symptom=Symptom.BOTH,
    title="The module path does not name the repo",
    source="gocql#1089",
)
def upload_path_mismatch(path: CoveragePath) -> Iterator[Hit | Missing]:
    module, repo = path.module, path.repo
    upload = next((u for u in path.events(Upload) if "codecov" in u.tool and _sends_data(path, u)), None)
    if module is None or upload is None or repo.web_url is None:
        return
    name = repo.name.rpartition("/")[2].lower()
    if name in module.path.lower().split("/") or module.path.lower().endswith(f".{name}"):
        return
    yield Hit(
        f"The report names files as {module.path}/..., the repo is {repo.name}.",
        WHY,
        Fix(f'Strip the prefix before the upload: `sed -i "s|^{module.path}/||" PROFILE`.'),
        (upload.evidence, module.evidence),
        Certainty.POSSIBLE,
    )


def _sends_data(path: CoveragePath, upload: Upload) -> bool:
    """Whether what is uploaded is a profile of this run (or everything that is found)."""
    names = {posixpath.basename(r.output) for r in data_reports(path) if r.output}
    return bool(names) and (not upload.files or any(posixpath.basename(f) in names for f in upload.files))
