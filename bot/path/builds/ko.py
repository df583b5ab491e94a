"""ko's `.ko.yaml`: how it builds each main package, and the image it puts the binary on.

Facts: ko.build/configuration (builds, defaultFlags, defaultEnv, defaultBaseImage; the default base is
cgr.dev/chainguard/static). GOFLAGS reaches ko's `go build` through the environment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.facts.build import GoBuild, Setting
from bot.path.builds.buildfiles import BuildReading, configured_build, environment, gap, words_of
from bot.path.manifest.tree import Tree
from bot.path.manifest.yamltree import documents
from bot.repo.base import File

DEFAULT_BASE = "cgr.dev/chainguard/static"


def read_ko(file: File, env: Sequence[Setting] = ()) -> BuildReading:
    """The builds of a `.ko.yaml`; `env` is the environment ko runs in.

    A file that sets only defaults gives one build without packages: it stands for every package.
    """
    trees = documents(file.text, file.at)
    if not trees or trees[0].fields is None:
        reason = (trees[0].unknown if trees else None) or "holds no settings"
        return BuildReading(missing=(gap(file.path, reason, file.at(1), needed=True),))
    tree = trees[0]
    return BuildReading(tuple(_builds(tree, env)), base_image=_base(tree, file))


def _builds(tree: Tree, env: Sequence[Setting]) -> Iterator[GoBuild]:
    entries = list(tree.each("builds"))
    for entry in entries or [Tree(tree.evidence, fields={})]:
        flags = entry.get("flags") or tree.get("defaultFlags")
        ldflags = entry.get("ldflags") or tree.get("defaultLdflags")
        setting = environment(entry.get("env") or tree.get("defaultEnv"), env)
        words = words_of(flags, env)
        if ldflags is not None:
            words.append("-ldflags=" + " ".join(words_of(ldflags, env)))
        main = entry.text("main") or ("." if entries else "")
        found = configured_build("ko", entry, [*words, main] if main else words, setting)
        if found is not None:
            yield found


def _base(tree: Tree, file: File) -> Setting:
    given = tree.get("defaultBaseImage")
    if given is not None and given.scalar:
        return Setting("defaultBaseImage", given.scalar, given.evidence)
    return Setting("defaultBaseImage", DEFAULT_BASE, file.at(1))
