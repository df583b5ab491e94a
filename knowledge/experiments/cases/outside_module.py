"""`go tool cover` finds no sources when it runs outside the module.

Built with -cover; the profile is reported in the module, in an empty directory and in another module.
"""

from __future__ import annotations

from knowledge.experiments.acts import covdata
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Fact, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "outside-module",
    supports=("outside-module",),
    expected=Expected(
        facts={
            "in the module": 0,
            "outside fails": True,
            "in another module fails": True,
            "another module says no required module": True,
        }
    ),
)
def outside_module(lab: Lab) -> Observed:
    coverdir, profile = lab.directory(), lab.folder / "profile.txt"
    lab.run([lab.build("-cover"), "return"], coverdir)
    covdata(lab, "textfmt", coverdir, f"-o={profile}")
    other = lab.directory("other")
    (other / "go.mod").write_text("module example.com/other\n\ngo 1.20\n")
    words = ("tool", "cover", f"-func={profile}")
    env = {"GOFLAGS": ""}  # as people have it
    inside = lab.go_command(*words, env=env)
    outside = lab.go_command(*words, env=env, cwd=lab.directory("elsewhere"))
    elsewhere = lab.go_command(*words, env=env, cwd=other)
    facts: dict[str, Fact] = {
        "in the module": inside.exit,
        "outside fails": outside.exit != 0,
        "outside says": outside.stderr,
        "in another module fails": elsewhere.exit != 0,
        "another module says no required module": "no required module provides package" in elsewhere.stderr,
        "another module says": elsewhere.stderr,
    }
    return Observed(facts={n: lab.clean(v) if isinstance(v, str) else v for n, v in facts.items()})
