"""Text profiles put together with cat are refused by `go tool cover`.

Built with -cover; a profile is written twice into one file, each with its mode line.
"""

from __future__ import annotations

from knowledge.experiments.acts import covdata
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Fact, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "concatenated-profiles",
    supports=("profiles-concatenated",),
    expected=Expected(facts={"alone": 0, "twice fails": True, "names the mode line": True}),
)
def concatenated_profiles(lab: Lab) -> Observed:
    coverdir, profile = lab.directory(), lab.folder / "profile.txt"
    lab.run([lab.build("-cover"), "return"], coverdir)
    covdata(lab, "textfmt", coverdir, f"-o={profile}")
    alone = lab.go_command("tool", "cover", f"-func={profile}")
    profile.write_text(profile.read_text() * 2)
    twice = lab.go_command("tool", "cover", f"-func={profile}")
    facts: dict[str, Fact] = {
        "alone": alone.exit,
        "twice fails": twice.exit != 0,
        "names the mode line": "mode: set" in twice.stderr,
        "cover says": lab.clean(twice.stderr),
    }
    return Observed(facts=facts)
