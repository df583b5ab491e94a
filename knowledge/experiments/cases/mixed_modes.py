"""set and atomic in one directory: textfmt refuses, percent and merge do not.

Two builds with -covermode=set and -covermode=atomic write into one directory. Go 1.20's percent
refuses too.
"""

from __future__ import annotations

from bot.model import Symptom
from knowledge.experiments.acts import covdata
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Fact, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "mixed-modes",
    since=21,
    supports=("mixed-covermode",),
    expected=Expected(
        Symptom.BOTH, facts={"textfmt fails": True, "percent exits with": 0, "merge exits with": 0}
    ),
)
def mixed_modes(lab: Lab) -> Observed:
    coverdir, merged = lab.directory(), lab.directory("merged")
    done = lab.run([lab.build("-cover"), "return"], coverdir)
    lab.run([lab.build("-cover", "-covermode=atomic"), "return"], coverdir)
    textfmt = covdata(lab, "textfmt", coverdir, f"-o={lab.folder / 'profile.txt'}")
    facts: dict[str, Fact] = {
        "textfmt fails": textfmt.exit != 0,
        "textfmt says": lab.clean(textfmt.stderr),
        "percent exits with": covdata(lab, "percent", coverdir).exit,
        "merge exits with": covdata(lab, "merge", coverdir, f"-o={merged}").exit,
    }
    return lab.seen(done, coverdir, facts)
