"""`cp -r` into a directory that exists makes a directory in it, and the report finds nothing and succeeds.

Built with -cover; the directory is copied with cp -r to one that exists, and with /. behind it.
"""

from __future__ import annotations

from bot.model import Symptom
from knowledge.experiments.acts import covdata
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Fact, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "nested-copy",
    supports=("collect-nested",),
    needs=("cp",),
    expected=Expected(
        Symptom.NOTHING, facts={"one level down": "BOTH", "percent exits with": 0, "with /.": "BOTH"}
    ),
)
def nested_copy(lab: Lab) -> Observed:
    coverdir, copied, right = lab.directory(), lab.directory("copied"), lab.directory("right")
    done = lab.run([lab.build("-cover"), "return"], coverdir)
    lab.run(["cp", "-r", coverdir, copied], None)
    lab.run(["cp", "-r", f"{coverdir}/.", right], None)
    percent = covdata(lab, "percent", copied)
    facts: dict[str, Fact] = {
        "one level down": lab.symptom(copied / "coverdata").value,
        "percent exits with": percent.exit,
        "percent says": percent.stdout + percent.stderr,
        "with /.": lab.symptom(right).value,
    }
    return lab.seen(done, copied, facts)
