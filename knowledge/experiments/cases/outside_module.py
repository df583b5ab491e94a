"""`go tool cover` finds no sources when it runs outside the module.

Built with -cover; the profile is reported in the module and in an empty directory.
"""

from __future__ import annotations

from knowledge.experiments.acts import covdata
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "outside-module",
    supports=("outside-module",),
    expected=Expected(facts={"in the module": 0, "outside fails": True}),
)
def outside_module(lab: Lab) -> Observed:
    coverdir, profile = lab.directory(), lab.folder / "profile.txt"
    lab.run([lab.build("-cover"), "return"], coverdir)
    covdata(lab, "textfmt", coverdir, f"-o={profile}")
    inside = lab.go_command("tool", "cover", f"-func={profile}")
    outside = lab.go_command("tool", "cover", f"-func={profile}", cwd=lab.directory("elsewhere"))
    return Observed(
        facts={
            "in the module": inside.exit,
            "outside fails": outside.exit != 0,
            "cover says": lab.clean(outside.stderr),
        }
    )
