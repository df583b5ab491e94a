"""What `make TARGET` runs: the recipes of a target and of all it needs, in order."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.facts.build import Guard, Setting
from bot.model import Evidence, Missing
from bot.path.make.functions import stem_of
from bot.path.make.rules import Makefile, RecipeLine, Rule, assigned
from bot.path.make.vars import Scope
from bot.repo.base import File

MAX_TARGETS = 400
MAX_CHAIN = 60


@dataclass(frozen=True, slots=True)
class Step:
    """Shell text that make runs in a shell of its own: one line of a recipe, variables expanded.

    `line_of` tells whether lines of `text` stand on the lines of the file from `first` on; else an
    expansion brought line ends with it and the whole step has one place.
    """

    target: str
    text: str
    file: File
    first: int
    last: int
    env: tuple[Setting, ...]
    guards: tuple[Guard, ...] = ()
    ignore_errors: bool = False
    aligned: bool = True

    def at(self, line: int, end_line: int | None = None) -> Evidence:
        """Evidence for lines of the file; outside the step's own lines, for the whole step."""
        if not self.aligned or line < self.first or (end_line or line) > self.last:
            return self.file.at(self.first, self.last)
        return self.file.at(line, end_line)


def plan(make: Makefile, goals: tuple[str, ...]) -> Iterator[Step | Missing]:
    """The steps of `make GOALS` in order; a goal nobody makes is a Missing."""
    planner = _Planner(make)
    for goal in goals or ((make.default,) if make.default else ()):
        if not planner.knows(goal):
            yield Missing(f"make target {goal}", f"{make.path} has no rule for it", needed=False)
        yield from planner.build(goal, make.scope, 0)


class _Planner:
    def __init__(self, make: Makefile) -> None:
        self.make = make
        self.seen: set[str] = set()
        self.explicit: dict[str, list[Rule]] = {}
        for rule in make.rules:
            if not rule.is_pattern:
                for target in rule.targets:
                    self.explicit.setdefault(target, []).append(rule)
        self.patterns = [rule for rule in make.rules if rule.is_pattern]

    def knows(self, target: str) -> bool:
        return target in self.explicit or self._pattern(target) is not None

    def build(self, target: str, above: Scope, depth: int) -> Iterator[Step | Missing]:
        """What the target needs, then its own recipe; every target once, as in one run of make."""
        if target in self.seen or len(self.seen) > MAX_TARGETS or depth > MAX_CHAIN:
            return
        self.seen.add(target)
        rules = self._rules(target)
        if not rules:
            return
        scope = self._scope(target, above)
        needed = [name for rule, stem in rules for name in _needed(rule, stem)]
        for name in needed:
            yield from self.build(name, scope, depth + 1)
        for rule, stem in self._with_recipe(rules):
            yield from self._recipe(rule, target, stem, needed, scope)

    def _rules(self, target: str) -> list[tuple[Rule, str]]:
        """The rules for a target with their stems; a pattern only where no explicit recipe stands."""
        found = [(rule, self._static_stem(rule, target)) for rule in self.explicit.get(target, ())]
        if not any(rule.recipe for rule, _ in found):
            pattern = self._pattern(target)
            if pattern is not None:
                found.append(pattern)
        return found

    def _static_stem(self, rule: Rule, target: str) -> str:
        return (stem_of(target, rule.static) or "") if rule.static else ""

    def _pattern(self, target: str) -> tuple[Rule, str] | None:
        """The pattern rule with the shortest stem (GNU make manual, "Pattern Matching")."""
        best: tuple[Rule, str] | None = None
        for rule in self.patterns:
            for pattern in rule.targets:
                stem = stem_of(target, pattern)
                if (
                    stem
                    and (rule.recipe or rule.prerequisites)
                    and (best is None or len(stem) < len(best[1]))
                ):
                    best = (rule, stem)
        return best

    def _with_recipe(self, rules: list[tuple[Rule, str]]) -> list[tuple[Rule, str]]:
        """The last recipe counts; all of them with double colons."""
        with_recipe = [pair for pair in rules if pair[0].recipe]
        return with_recipe if any(rule.double for rule, _ in with_recipe) else with_recipe[-1:]

    def _scope(self, target: str, above: Scope) -> Scope:
        scope = above.below()
        for item in self.make.target_variables:
            stem = stem_of(target, item.target)
            if stem is None or ("%" in item.target and not stem):
                continue
            if item.export:
                scope.exported.add(item.name)
            inherited = scope.values.get(item.name) or (
                above.find(item.name) if item.operator == "+=" else None
            )
            made = assigned(
                self.make.expander,
                scope,
                inherited,
                item.name,
                item.operator,
                item.text,
                item.evidence,
                item.guards,
            )
            if made is not None:
                scope.values[item.name] = made
        return scope

    def _recipe(self, rule: Rule, target: str, stem: str, needed: list[str], scope: Scope) -> Iterator[Step]:
        auto = _automatic(target, stem, needed)
        lines = _as_one(rule.recipe) if self.make.one_shell else rule.recipe
        for line in lines:
            yield from self._step(line, rule, target, auto, scope)

    def _step(
        self, line: RecipeLine, rule: Rule, target: str, auto: Mapping[str, str], scope: Scope
    ) -> Iterator[Step]:
        expander = self.make.expander
        expander.used = []
        text = expander.text(line.text, scope, auto)
        guards = tuple(dict.fromkeys((*rule.guards, *line.guards, *expander.used)))
        env = self._env(scope, auto, line)
        if text.count("\n") == line.text.count("\n"):
            body, ignore = _without_prefix(text)
            if body.strip() and not body.lstrip().startswith("#"):
                yield Step(target, body, line.file, line.first, line.last, env, guards, ignore)
            return
        for part in text.split("\n"):  # a define with several lines: each is a line of the recipe
            body, ignore = _without_prefix(part)
            if body.strip() and not body.lstrip().startswith("#"):
                yield Step(target, body, line.file, line.first, line.last, env, guards, ignore, aligned=False)

    def _env(self, scope: Scope, auto: Mapping[str, str], line: RecipeLine) -> tuple[Setting, ...]:
        """The environment of the recipe: what make was given, and what it exports."""
        settings = dict(scope.environment)
        place = line.file.at(line.first, line.last)
        for name in list(scope.exports())[:500]:
            found = scope.find(name)
            if found is not None:
                value = self.make.expander.text(found.text, scope, auto) if found.recursive else found.text
                settings[name] = Setting(name, value, found.evidence or place, found.guards)
        return tuple(settings.values())


def _needed(rule: Rule, stem: str) -> list[str]:
    names = (*rule.prerequisites, *rule.order_only)
    patterned = rule.is_pattern or rule.static is not None
    return [name.replace("%", stem, 1) if patterned else name for name in names]


def _automatic(target: str, stem: str, needed: list[str]) -> dict[str, str]:
    """`$@`, `$<`, `$^`, `$*` and their D and F forms (GNU make manual, "Automatic Variables")."""
    first = needed[0] if needed else ""
    auto = {"@": target, "<": first, "*": stem, "^": " ".join(dict.fromkeys(needed)), "+": " ".join(needed)}
    for name in ("@", "<", "*"):
        auto[f"{name}D"] = posixpath.dirname(auto[name]) or "."
        auto[f"{name}F"] = posixpath.basename(auto[name])
    return auto


def _without_prefix(text: str) -> tuple[str, bool]:
    """A recipe line without `@`, `-` and `+`; True when failures are ignored."""
    match = re.match(r"[\s@+-]*", text)
    prefix = match[0] if match else ""
    # line ends in the prefix would move the lines of the text
    return text[len(prefix) :] if "\n" not in prefix else text.lstrip(" \t@+-"), "-" in prefix


def _as_one(recipe: list[RecipeLine]) -> list[RecipeLine]:
    """.ONESHELL: the whole recipe is one script."""
    if not recipe:
        return []
    first = recipe[0]
    text, line = "", first.first
    for part in recipe:
        text += "\n" * max(part.first - line - text.count("\n") + (line - first.first), 0)
        while text.count("\n") < part.first - first.first:
            text += "\n"
        text += part.text
    guards = tuple(dict.fromkeys(guard for part in recipe for guard in part.guards))
    return [RecipeLine(text, first.file, first.first, recipe[-1].last, guards)]
