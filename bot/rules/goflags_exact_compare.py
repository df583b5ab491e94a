"""The Dockerfile compares a flags variable with exactly `-cover` and is passed something longer.

What it looks at: the shell tests of a RUN that decide which go build is taken, their operand, and the
value that the build passes for the variable.

Why it empties the figure: `[ "$FLAGS" = "-cover" ]` is false for `-cover -covermode=atomic`, so the
branch without coverage is built, in silence (seen in kubernaut). Where the variable is GOFLAGS itself,
the other branch still gets it from the environment; then this rule has nothing to say.

How to fix: ask whether the value holds `-cover`, not whether it is `-cover`.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts import patch
from bot.facts.binary import binary_builds
from bot.facts.build import ShellTest
from bot.facts.buildargs import build_tests, passed
from bot.facts.path import CoveragePath
from bot.model import Evidence, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "The shell compares the whole value, so a longer value takes the branch that builds without -cover."


@rule(
    "goflags-exact-compare",
    Link.BUILD,
    title="A test for exactly -cover is passed something longer",
    source="kubernaut",
    symptom=Symptom.NOTHING,
    explains=("not-instrumented",),
)
def goflags_exact_compare(path: CoveragePath) -> Iterator[Hit | Missing]:
    builds = binary_builds(path)
    if not builds or any(build.cover is not False for build in builds):
        return
    for test in build_tests(path):
        if _misses(test):
            yield _hit(path, test)
            return


def _misses(test: ShellTest) -> bool:
    operand, actual = test.operand or "", test.actual or ""
    exact = test.operator in ("=", "==", "!=", "case")
    return exact and "-cover" in operand and "-cover" in actual and actual != operand and "*" not in operand


def _hit(path: CoveragePath, test: ShellTest) -> Hit:
    evidence: tuple[Evidence, ...] = (test.evidence,)
    arg = passed(path.image_builds, test.variable or "")
    if arg is not None:
        evidence = (test.evidence, arg.evidence)
    name = test.variable or "the variable"
    summary = f"Coverage is built only if {name} is exactly `{test.operand}`, and it is `{test.actual}`."
    fix = Fix(f"Test whether {name} holds -cover instead of comparing all of it.", _patch(path, test))
    return Hit(summary, WHY, fix, evidence)


def _patch(path: CoveragePath, test: ShellTest) -> str | None:
    """`${X#*-cover}` is X without its first part up to -cover: it differs exactly when X holds it."""
    if test.operator not in ("=", "==") or test.variable is None:
        return None
    name = test.variable
    pattern = f'"${{{name}#*-cover}}" != "${{{name}}}"'
    for variable in (f'"${{{name}}}"', f'"${name}"'):
        for operand in (f'"{test.operand}"', f"'{test.operand}'", str(test.operand)):
            edit = patch.replace(path, test.evidence, f"{variable} {test.operator} {operand}", pattern)
            if edit is not None:
                return patch.diff(path, edit)
    return None
