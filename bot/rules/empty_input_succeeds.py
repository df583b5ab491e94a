"""An empty result would be reported as success and sent on.

What it looks at: a report that is uploaded, whether the run looks into the directory first.

Why: every `go tool covdata` verb accepts an empty directory, exits with 0 and writes nothing (experiment;
kloak#170). A broken collection then looks like a run without coverage. It speaks only where the report is
sent on: where people read it on the spot they see that it is empty.

How to fix: `test -n "$(ls -A DIR)"` before the report.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from bot.facts.events import FileCheck, Report, Upload
from bot.facts.order import data_reports
from bot.facts.path import CoveragePath
from bot.facts.places import input_places, inside, place
from bot.model import Certainty, Effect, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "Every covdata verb accepts an empty directory, exits with 0 and writes nothing."


@rule(
    "empty-input-succeeds",
    Link.REPORT,
    effect=Effect.DEGRADES,
    symptom=Symptom.NOTHING,
    title="An empty directory is reported and sent on as success",
    source="experiment, Go 1.26.8 and 1.27.3; kloak#170",
)
def empty_input_succeeds(path: CoveragePath) -> Iterator[Hit | Missing]:
    for report in data_reports(path):
        upload = _upload_of(path, report)
        if upload is None or not report.inputs or _checked(path, report):
            continue
        yield Hit(
            f"Nothing looks whether {', '.join(report.inputs)} holds files before the report is sent on.",
            WHY,
            Fix(f'Put `test -n "$(ls -A {report.inputs[0]})"` before {report.evidence.place}.'),
            (report.evidence, upload.evidence),
            Certainty.POSSIBLE,
        )
        return


def _upload_of(path: CoveragePath, report: Report) -> Upload | None:
    if report.output is None:
        return None
    name = posixpath.basename(report.output)
    uploads = [u for u in path.events(Upload) if u.order > report.order]
    return next((u for u in uploads if any(posixpath.basename(f) == name for f in u.files)), None)


def _checked(path: CoveragePath, report: Report) -> bool:
    """Whether anything may have looked into one of the directories (or at what came of them)."""
    looked = [place(c.path, c.cwd) for c in path.events(FileCheck, error_paths=True)]
    places = [*input_places(report), place(report.output, report.cwd)]
    return any(inside(p, seen) is not False for p in places for seen in looked)
