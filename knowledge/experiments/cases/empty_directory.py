"""Every covdata verb accepts an empty directory with exit status 0.

percent, func, textfmt and merge read an empty directory.
"""

from __future__ import annotations

from bot.model import Symptom
from knowledge.experiments.acts import covdata
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Fact, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "empty-directory",
    supports=("empty-input-succeeds", "collect-nested"),
    expected=Expected(
        Symptom.NOTHING, facts={"percent": 0, "func": 0, "textfmt": 0, "merge": 0, "profile bytes": 0}
    ),
)
def empty_directory(lab: Lab) -> Observed:
    coverdir, merged = lab.directory(), lab.directory("merged")
    profile = lab.folder / "profile.txt"
    facts: dict[str, Fact] = {
        "percent": covdata(lab, "percent", coverdir).exit,
        "func": covdata(lab, "func", coverdir).exit,
        "textfmt": covdata(lab, "textfmt", coverdir, f"-o={profile}").exit,
        "merge": covdata(lab, "merge", coverdir, f"-o={merged}").exit,
        "profile bytes": profile.stat().st_size if profile.exists() else 0,
    }
    return Observed(Symptom.NOTHING, facts=facts)
