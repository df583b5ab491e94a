"""`go tool cover` cannot make a report of a file-argument build where the build's directory is not there.

Built with -cover ./cmd/service/main.go in a copy of the module that is moved away before the report is made.
"""

from __future__ import annotations

import shutil

from knowledge.experiments.acts import covdata
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import BuildFailed, Expected, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "file-argument-html",
    supports=("container-source-paths", "file-argument-build"),
    expected=Expected(facts={"textfmt exits with": 0, "cover fails": True}),
)
def file_argument_html(lab: Lab) -> Observed:
    built = lab.folder / "src"
    shutil.copytree(lab.module, built)
    coverdir, binary = lab.directory(), lab.folder / "service"
    made = lab.go_command(
        "build", "-buildvcs=false", "-cover", "-o", str(binary), "./cmd/service/main.go", cwd=built
    )
    if made.exit:
        raise BuildFailed(made.stderr)
    lab.run([binary, "return"], coverdir)
    built.rename(lab.folder / "host")
    profile = lab.folder / "profile.txt"
    textfmt = covdata(lab, "textfmt", coverdir, f"-o={profile}")
    cover = lab.go_command(
        "tool", "cover", f"-html={profile}", f"-o={lab.folder / 'report.html'}", cwd=lab.folder / "host"
    )
    return Observed(
        facts={
            "textfmt exits with": textfmt.exit,
            "cover fails": cover.exit != 0,
            "cover says": lab.clean(cover.stderr),
        }
    )
