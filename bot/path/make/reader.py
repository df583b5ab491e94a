"""Reads Makefiles as GNU make would, without running anything: variables, conditionals, rules.

Tolerant: what cannot be told is a hole or a Missing. Bounded: lines, includes, references, eval depth.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.facts.build import Guard, Setting
from bot.facts.words import REPO, clean_path, hole, known
from bot.model import Evidence, Missing
from bot.path.make.conditions import Branch, is_conditional, read_branch
from bot.path.make.expand import Expander
from bot.path.make.functions import split
from bot.path.make.rules import Makefile, RecipeLine, Rule, TargetVariable, assigned
from bot.path.make.text import Line, logical_lines, outside, without_comment, words
from bot.path.make.vars import Scope, Variable
from bot.repo.base import File, Skip, Snapshot

MAX_INCLUDES = 30
MAX_EVALS = 300
MAX_RULES = 10_000

_PREFIX = re.compile(r"\s*((?:(?:override|export|private)\s+)*)")
_DEFINE = re.compile(r"\s*((?:(?:override|export)\s+)*)define\s+(\S+)\s*(\?=|\+=|:{1,2}=|=)?\s*$")


@dataclass(slots=True)
class _Frame:
    """An open conditional: the branch that is being read, and whether one was taken for certain."""

    branch: Branch
    done: bool


class Makefiles:
    """Reads the Makefiles of a snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    def read(
        self,
        path: str,
        *,
        directory: str | None = None,
        command: Mapping[str, Setting] | None = None,
        environment: Mapping[str, Setting] | None = None,
        goals: tuple[str, ...] = (),
    ) -> Makefile | Skip:
        """A Makefile as make reads it in `directory` (default: its own folder).

        `command` are variables given as `make NAME=VALUE`, which win over the file's.
        """
        file = self.snapshot.read(path)
        if isinstance(file, Skip):
            return file
        here = posixpath.dirname(path) if directory is None else directory
        return _Reader(self.snapshot, path, here, command or {}, environment or {}, goals).read(file)


class _Reader:
    """Reads one Makefile with its includes, line by line, in make's order."""

    def __init__(
        self,
        snapshot: Snapshot,
        path: str,
        directory: str,
        command: Mapping[str, Setting],
        environment: Mapping[str, Setting],
        goals: tuple[str, ...],
    ) -> None:
        self.snapshot = snapshot
        scope = Scope(command=command, environment=environment)
        expander = Expander(snapshot.entries.keys(), directory, self._evaluate)
        self.make = Makefile(path, directory, scope, expander)
        self.frames: list[_Frame] = []
        self.rule: Rule | None = None
        self.define: tuple[re.Match[str], Line, list[str]] | None = None
        self.depth = self.evals = 0
        self.file: File
        self.line = Line(1, 1, "", False)
        root = f"{REPO}/{directory}".rstrip("/")
        for name, text in (
            ("MAKE", "make"),
            ("CURDIR", root),
            ("PWD", root),
            ("MAKECMDGOALS", " ".join(goals)),
        ):
            scope.values[name] = Variable(text, False)

    def read(self, file: File) -> Makefile:
        self._include(file)
        return self.make

    def _include(self, file: File) -> None:
        make = self.make
        if file.path in make.files or len(make.files) >= MAX_INCLUDES:
            return
        make.files.append(file.path)
        listed = make.scope.find("MAKEFILE_LIST")
        text = f"{listed.text} {self._seen_from(file.path)}" if listed else self._seen_from(file.path)
        make.scope.values["MAKEFILE_LIST"] = Variable(text.strip(), False)
        outer = self.__dict__.get("file"), self.line, self.rule
        self.file, self.rule = file, None
        for line in logical_lines(file.text):
            self._line(line)
        if outer[0] is not None:
            self.file = outer[0]
        self.line, self.rule = outer[1], outer[2]

    def _seen_from(self, path: str) -> str:
        return posixpath.relpath(path, self.make.directory or ".")

    def _evaluate(self, text: str, source: Variable | None) -> None:
        """`$(eval TEXT)`: its lines are the define's when it comes from `$(call NAME,...)`."""
        self.evals += 1
        if self.evals > MAX_EVALS or self.depth > 4:
            return
        outer_file, outer_line, outer_rule = self.file, self.line, self.rule
        if source is not None and source.path is not None:
            held = self.snapshot.read(source.path)
            self.file = held if isinstance(held, File) else self.file
        self.depth += 1
        first = source.first_line if source is not None and source.first_line is not None else None
        for line in logical_lines(text):
            place = (
                (first + line.first - 1, first + line.last - 1)
                if first
                else (outer_line.first, outer_line.last)
            )
            self._line(Line(place[0], place[1], line.text, line.recipe))
        self.depth -= 1
        self.file, self.line, self.rule = outer_file, outer_line, outer_rule

    def _line(self, line: Line) -> None:
        self.line = line
        if self.define is not None:
            self._in_define(line)
        elif line.recipe and self.rule is not None:
            self._recipe(line)
        else:
            text = without_comment(line.text)
            if text.strip() and not self._conditional(text) and self._reading():
                self._statement(text.strip())

    def _reading(self) -> bool:
        return all(frame.branch.taken is not False for frame in self.frames)

    def _guards(self) -> tuple[Guard, ...]:
        return tuple(frame.branch.guard for frame in self.frames if frame.branch.guard is not None)

    def _doubtful(self) -> bool:
        return any(frame.branch.taken is None for frame in self.frames)

    def _place(self) -> Evidence:
        return self.file.at(self.line.first, self.line.last)

    def _expand(self, text: str, *, empty: bool = False) -> str:
        return self.make.expander.text(text, self.make.scope, empty=empty)

    def _recipe(self, line: Line) -> None:
        if self.rule is not None and self._reading():
            self.rule.recipe.append(
                RecipeLine(line.text[1:], self.file, line.first, line.last, self._guards())
            )

    def _conditional(self, text: str) -> bool:
        """Handle ifeq, else, endif; True when the line was one of them."""
        head = text.split(None, 1)[0]
        if is_conditional(text):
            branch = Branch(False) if not self._reading() else self._branch(text)
            self.frames.append(_Frame(branch, branch.taken is True))
        elif head == "else" and self.frames:
            self._else(text.strip()[4:].strip())
        elif head == "endif" and self.frames:
            self.frames.pop()
        else:
            return head in ("else", "endif")
        return True

    def _branch(self, text: str) -> Branch:
        return read_branch(text, self.make.scope, lambda part: self._expand(part, empty=True), self._place())

    def _else(self, rest: str) -> None:
        frame = self.frames[-1]
        if frame.done:
            frame.branch = Branch(False)
            return
        frame.branch = frame.branch.other()
        if rest:
            before = frame.branch
            frame.branch = self._branch(rest) if before.taken is not False else Branch(False)
            if before.taken is None and frame.branch.taken is True:
                frame.branch = Branch(None, frame.branch.guard or before.guard)
        frame.done = frame.branch.taken is True

    def _in_define(self, line: Line) -> None:
        assert self.define is not None
        match, opening, body = self.define
        if re.match(r"\s*endef\b", line.text):
            self.define = None
            if self._reading():
                self._assign(match[1], match[2], match[3] or "=", "\n".join(body), opening)
        else:
            body.append(line.text)

    def _statement(self, text: str) -> None:
        if match := _DEFINE.match(text[:500]):
            self.define = (match, self.line, [])
            self.rule = None
            return
        head = text.split(None, 1)[0]
        if head in ("include", "-include", "sinclude"):
            self._includes(text[len(head) :], optional=head != "include")
        elif head in ("export", "unexport") and outside(text, "=") < 0:
            self._export(text[len(head) :], on=head == "export")
        elif head in ("undefine", "vpath"):
            return
        else:
            self._assignment_or_rule(text)

    def _includes(self, text: str, *, optional: bool) -> None:
        for name in split(self._expand(text)):
            path = clean_path(posixpath.join(self.make.directory, name))
            file = self.snapshot.read(path) if known(path) and path in self.snapshot.entries else None
            if isinstance(file, File):
                self._include(file)
            elif not optional:
                reason = file.reason if isinstance(file, Skip) else "the repo does not hold it"
                self.make.missing.append(
                    Missing(f"included {name}", reason, needed=False, evidence=self._place())
                )

    def _export(self, text: str, *, on: bool) -> None:
        names = split(self._expand(text))
        if on and not names:
            self.make.scope.export_all = True
        for name in names:
            (self.make.scope.exported.add if on else self.make.scope.exported.discard)(name)

    def _assignment_or_rule(self, text: str) -> None:
        at = outside(text, ":=")
        if at < 0:
            if text.startswith("$"):
                self._parse_expansion(text)
            return
        is_rule = text[at] == ":" and not re.match(r":{1,3}=", text[at:])
        if is_rule:
            self._read_rule(text, at)
        else:
            self.rule = None
            start = at - 1 if text[at] == "=" and at and text[at - 1] in "?+!" else at
            operator = re.match(r":{1,3}=|[?+!]?=", text[start:])
            prefix = _PREFIX.match(text[:start])
            if operator and prefix:
                name, value = text[prefix.end() : start].strip(), text[start + operator.end() :].lstrip()
                self._assign(prefix[1], name, operator[0], value, self.line)

    def _parse_expansion(self, text: str) -> None:
        """A line that is one expansion (`$(eval ...)`, `$(call ...)`, `$(error ...)`)."""
        made = self._expand(text, empty=True)
        if made.strip() and known(made) and self.depth < 4 and outside(made, ":=") >= 0:
            self._evaluate(made, None)

    def _assign(self, prefix: str, name: str, operator: str, text: str, line: Line) -> None:
        scope = self.make.scope
        name = self._expand(name).strip()
        if "export" in prefix.split():
            scope.exported.add(name)
        multi = line is not self.line
        place = self.file.at(line.first, self.line.last)
        variable = assigned(
            self.make.expander, scope, scope.values.get(name), name, operator, text, place, self._guards()
        )
        if variable is None:
            return
        if multi:
            variable = _with_lines(variable, line.first + 1, self.file.path)
        before = scope.values.get(name)
        if self._doubtful() and (before is None or before.text != variable.text):
            variable = _doubtful(variable, before, name)
        scope.values[name] = variable

    def _read_rule(self, text: str, at: int) -> None:
        double = text[at : at + 2] == "::"
        targets = tuple(split(self._expand(text[:at].rstrip("&"))))
        rest = text[at + (2 if double else 1) :]
        if outside(rest, "=") >= 0 and not _has_recipe(rest):
            self._target_variable(targets, rest)
            return
        rest, semicolon, inline = _cut_recipe(rest)
        static: str | None = None
        colon = outside(rest, ":")
        if colon >= 0:
            static, rest = self._expand(rest[:colon]).strip(), rest[colon + 1 :]
        plain, _, after = self._expand(rest, empty=True).partition("|")
        rule = Rule(
            targets,
            tuple(split(plain)),
            self._place(),
            tuple(split(after)),
            static,
            double,
            [],
            self._guards(),
        )
        if semicolon and inline.strip():
            rule.recipe.append(
                RecipeLine(inline.strip(), self.file, self.line.first, self.line.last, self._guards())
            )
        self._add(rule)

    def _add(self, rule: Rule) -> None:
        make = self.make
        self.rule = rule
        if ".PHONY" in rule.targets:
            make.phony.update(rule.prerequisites)
        elif ".ONESHELL" in rule.targets:
            make.one_shell = True
        elif len(make.rules) < MAX_RULES:
            make.rules.append(rule)
            first = rule.targets[0] if rule.targets else ""
            if make.default is None and first and not first.startswith(".") and "%" not in first:
                make.default = first

    def _target_variable(self, targets: tuple[str, ...], rest: str) -> None:
        at = outside(rest, "=")
        start = at
        while start and rest[start - 1] in "?+!:":
            start -= 1
        head = rest[:start].split()
        if not head:
            return
        export = "export" in head[:-1]
        for target in targets:
            self.make.target_variables.append(
                TargetVariable(
                    target,
                    self._expand(head[-1]),
                    rest[start : at + 1],
                    rest[at + 1 :].strip(),
                    self._place(),
                    export,
                    self._guards(),
                )
            )
        self.rule = None


def _with_lines(variable: Variable, first: int, path: str) -> Variable:
    return Variable(
        variable.text, variable.recursive, variable.origin, variable.evidence, variable.guards, first, path
    )


def _doubtful(variable: Variable, before: Variable | None, name: str) -> Variable:
    """A value given in a branch that may not be read: unknown when there is another value."""
    if before is None:
        return variable
    return Variable(hole(name), False, "file", variable.evidence)


def _has_recipe(rest: str) -> bool:
    """Whether the `=` stands in a recipe behind `;` or in a prerequisite list, not in an assignment."""
    semicolon, equals = outside(rest, ";"), outside(rest, "=")
    prefix = _PREFIX.match(rest)
    name = rest[prefix.end() if prefix else 0 : equals].rstrip("?+!:").strip()
    return 0 <= semicolon < equals or len(words(name)) != 1


def _cut_recipe(rest: str) -> tuple[str, bool, str]:
    at = outside(rest, ";")
    return (rest, False, "") if at < 0 else (rest[:at], True, rest[at + 1 :])
