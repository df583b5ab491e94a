"""Counter files under another name are passed over in silence, and the figure is 0.0%.

Built with -cover; the counter file is renamed before the report.
"""

from __future__ import annotations

from knowledge.experiments.acts import covdata
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "renamed-counters",
    supports=("counters-renamed", "symptom-partial"),
    expected=Expected(facts={"percent exits with": 0, "all is 0.0%": True}),
)
def renamed_counters(lab: Lab) -> Observed:
    coverdir = lab.directory()
    done = lab.run([lab.build("-cover"), "return"], coverdir)
    for file in coverdir.glob("covcounters.*"):
        file.rename(file.with_name(f"run1-{file.name}"))
    percent = covdata(lab, "percent", coverdir)
    lines = [line for line in percent.stdout.splitlines() if line.strip()]
    zero = bool(lines) and all("coverage: 0.0%" in line for line in lines)
    return lab.observed(
        None, done, {"percent exits with": percent.exit, "all is 0.0%": zero, "percent says": percent.stdout}
    )
