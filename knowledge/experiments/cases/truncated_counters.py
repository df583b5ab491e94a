"""A counter file that is cut off makes the report fail.

Built with -cover; the counter file is cut to half, and then to nothing, before the report.
"""

from __future__ import annotations

from knowledge.experiments.acts import covdata
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Fact, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "truncated-counters",
    supports=("counters-truncated",),
    expected=Expected(facts={"fails at half": True, "fails at nothing": True, "names the file": True}),
)
def truncated_counters(lab: Lab) -> Observed:
    coverdir = lab.directory()
    done = lab.run([lab.build("-cover"), "return"], coverdir)
    facts: dict[str, Fact] = {}
    said = []
    for name, part in (("half", 2), ("nothing", 1 << 30)):
        for file in coverdir.glob("covcounters.*"):
            file.write_bytes(file.read_bytes()[: file.stat().st_size // part])
        percent = covdata(lab, "percent", coverdir)
        said.append("reading counter data file" in percent.stderr)
        facts[f"fails at {name}"] = percent.exit != 0
        facts[f"says at {name}"] = percent.stderr
    return lab.observed(None, done, {**facts, "names the file": all(said)})
