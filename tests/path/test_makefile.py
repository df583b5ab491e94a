"""Makefiles read as GNU make reads them. The expected recipes are what `make -n` prints."""

from __future__ import annotations

from textwrap import dedent

import pytest

from bot.facts.build import Setting
from bot.model import Evidence, Missing
from bot.path.make.plan import Step, plan
from bot.path.make.reader import Makefiles
from bot.path.make.rules import Makefile
from tests.path.in_memory import Texts


def read(text: str, more: dict[str, str] | None = None, **command: str) -> Makefile:
    caller = Evidence("caller", 1, 1)
    given = {name: Setting(name, value, caller) for name, value in command.items()}
    made = Makefiles(Texts({"Makefile": text, **(more or {})})).read("Makefile", command=given)
    assert isinstance(made, Makefile)
    return made


def steps(text: str, *goals: str, more: dict[str, str] | None = None, **command: str) -> list[Step]:
    return [s for s in plan(read(text, more, **command), goals) if isinstance(s, Step)]


def recipe(text: str, *goals: str, **command: str) -> list[str]:
    return [step.text.strip() for step in steps(text, *goals, **command)]


VARIABLES = """
X ?= one
Y := $(X)-y
Z = $(Y) $(LATE)
LATE = late
LIST := a.go b.go \\
   c.go
X += more
all:
\t@echo $(X) $(Y) $(Z) ${LIST:.go=.o} $$HOME $$(pwd)
"""


def test_variables() -> None:
    assert recipe(VARIABLES) == ["echo one more one-y one-y late a.o b.o c.o $HOME $(pwd)"]


def test_the_command_line_wins() -> None:
    assert recipe(VARIABLES, X="two") == ["echo two two-y two-y late a.o b.o c.o $HOME $(pwd)"]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("$(patsubst %.go,%.x,a.go b.c)", "a.x b.c"),
        ("$(subst a,b,aaa)", "bbb"),
        ("$(filter %.go,a.go b.c)", "a.go"),
        ("$(filter-out %.go,a.go b.c)", "b.c"),
        ("$(if $(NOPE),yes,no)", "no"),
        ("$(or $(NOPE),other)", "other"),
        ("$(and a,b)", "b"),
        ("$(notdir x/y/z) $(dir x/y/z) $(basename a.b.c)", "z x/y/ a.b"),
        ("$(addprefix --set ,a=1)", "--set a=1"),
        ("$(firstword a b) $(lastword a b) $(word 2,a b) $(words a b)", "a b b 2"),
        ("$(sort c a b a) $(join a b,1 2)", "a b c a1 b2"),
        ("$(foreach i,1 2,n$(i))", "n1 n2"),
        ("$(origin NOPE) $(strip  a  b )", "undefined a b"),
        ("$(wildcard *.mk nope.txt)", "extra.mk"),
        ("$(abspath out) $(CURDIR)/x", "${repo}/out ${repo}/x"),
        ("$(shell pwd)/x", "${repo}/x"),
        ("$(shell git rev-parse --show-toplevel)/x", "${repo}/x"),
        ("$(shell mkdir -p a/b && realpath a/b)", "${repo}/a/b"),
        ("$(shell dirname $(realpath $(firstword $(MAKEFILE_LIST))))", "${repo}"),
    ],
)
def test_functions(expression: str, value: str) -> None:
    text = f"VALUE := {expression}\nall:\n\techo $(VALUE)\n"
    assert [s.text for s in steps(text, more={"extra.mk": ""})] == [f"echo {value}"]


@pytest.mark.parametrize(
    "expression", ["$(NOPE)", "$(shell go env GOPATH)", "$(shell date)", "$(unknown a,b)"]
)
def test_what_cannot_be_told_is_a_hole(expression: str) -> None:
    (text,) = recipe(f"all:\n\techo {expression}\n")
    assert text.startswith("echo ${")


PIPELINE = """
CLUSTER = e2e
.PHONY: test-e2e
test-e2e: FLAGS := -cover
test-e2e: export TAG = dev
build-%: deps
\tgo build $(FLAGS) -o bin/$* ./cmd/$*
deps:
\t-go mod tidy
load-%: build-% | cluster
\tkind load docker-image $*:$(TAG) --name $(CLUSTER)
cluster:
\tkind create cluster --name $(CLUSTER)
test-e2e: load-app
\tgo test ./test/e2e/...
"""


def test_prerequisites_come_first_and_once() -> None:
    assert recipe(PIPELINE, "test-e2e") == [
        "go mod tidy",
        "go build -cover -o bin/app ./cmd/app",
        "kind create cluster --name e2e",
        "kind load docker-image app:dev --name e2e",
        "go test ./test/e2e/...",
    ]


def test_target_variables_reach_only_what_the_target_needs() -> None:
    assert recipe(PIPELINE, "build-app")[1] == "go build ${FLAGS} -o bin/app ./cmd/app"


def test_the_environment_of_a_recipe() -> None:
    last = steps(PIPELINE, "test-e2e", CLUSTER="mine")[-1]
    assert {s.name: s.value for s in last.env} == {"TAG": "dev", "CLUSTER": "mine"}


def test_lines_are_those_of_the_file() -> None:
    build = steps(PIPELINE, "test-e2e")[1]
    place = build.at(build.first, build.last)
    assert (place.path, place.line, place.end_line) == ("Makefile", 6, 6)
    assert "go build" in place.excerpt


def test_failures_that_are_ignored() -> None:
    tidy, *others = steps(PIPELINE, "test-e2e")
    assert tidy.ignore_errors
    assert not any(step.ignore_errors for step in others)


def test_a_continued_recipe_is_one_shell_on_its_lines() -> None:
    (step,) = steps("all:\n\tcd e2e && \\\n\t  go test ./...\n")
    assert (step.first, step.last, step.text) == (2, 3, "cd e2e && \\\n\t  go test ./...")


def test_one_shell() -> None:
    (step,) = steps(".ONESHELL:\nall:\n\tcd e2e\n\n\tgo test\n")
    assert step.text == "cd e2e\n\ngo test"


def test_a_define_with_several_lines() -> None:
    text = "define BOTH\necho one $(1)\necho two\nendef\nall:\n\t$(call BOTH,x)\n"
    found = steps(text)
    assert [step.text for step in found] == ["echo one x", "echo two"]
    assert {(step.first, step.last, step.aligned) for step in found} == {(6, 6, False)}


def test_rules_made_by_eval_stand_in_their_template() -> None:
    text = """
    define GEN
    test-$(1):
    \techo $(1) $$(WHAT)
    endef
    WHAT = now
    $(foreach s,p q,$(eval $(call GEN,$(s))))
    """
    (step,) = steps(dedent(text).lstrip("\n"), "test-q")
    assert (step.text, step.first) == ("echo q now", 3)


SWITCH = """
{head}
ifeq ($(E2E_COVERAGE),true)
ARGS = --build-arg GOFLAGS=-cover
endif
image:
\tdocker build $(ARGS) .
"""


@pytest.mark.parametrize("head", ["", "E2E_COVERAGE ?= false", "E2E_COVERAGE ?="])
def test_a_coverage_switch_counts_as_on_and_is_named(head: str) -> None:
    (step,) = steps(SWITCH.format(head=head))
    assert step.text == "docker build --build-arg GOFLAGS=-cover ."
    (guard,) = step.guards
    assert (guard.variable, guard.value, guard.coverage) == ("E2E_COVERAGE", "true", True)


@pytest.mark.parametrize(("value", "args"), [("true", "--build-arg GOFLAGS=-cover"), ("false", "${ARGS}")])
def test_a_switch_that_the_caller_sets_is_known(value: str, args: str) -> None:
    (step,) = steps(SWITCH.format(head=""), E2E_COVERAGE=value)
    assert (step.text, step.guards) == (f"docker build {args} .", ())


@pytest.mark.parametrize(
    ("line", "on"),
    [
        ("ifdef COVER", True),
        ("ifndef COVER", False),
        ("ifneq ($(COVER),)", True),
        ("ifeq ($(strip $(COVER)),)", False),
        ("ifneq ($(COVER),false)", True),
        ("ifeq ($(COVER),0)", False),
        ('ifeq "$(COVER)" "1"', True),
    ],
)
def test_which_branch_is_the_one_with_coverage(line: str, on: bool) -> None:
    (step,) = steps(f"{line}\nW = first\nelse\nW = second\nendif\nall:\n\techo $(W)\n")
    assert step.text == f"echo {'first' if on else 'second'}"


def test_what_is_not_set_is_empty_in_a_condition_and_noted() -> None:
    text = "all:\nifeq ($(ARTIFACTS),)\n\techo none\nelse\n\techo some\nendif\n"
    (step,) = steps(text)
    assert step.text == "echo none"
    assert [(g.text, g.coverage) for g in step.guards] == [("ARTIFACTS is not set", False)]


def test_an_unknown_condition_leaves_both_values_open() -> None:
    text = "ifeq ($(shell uname),Linux)\nT = a\nelse\nT = b\nendif\nall:\n\techo $(T)\n"
    assert recipe(text) == ["echo ${T}"]


def test_chained_conditions() -> None:
    text = "X=two\nifeq ($(X),one)\nW=1\nelse ifeq ($(X),two)\nW=2\nelse\nW=3\nendif\nall:\n\techo $(W)\n"
    assert recipe(text) == ["echo 2"]


def test_includes() -> None:
    text = "include mk/vars.mk\n-include nope.mk\ninclude gone.mk\nall:\n\techo $(V)\n"
    made = read(text, {"mk/vars.mk": "V = inside\n"})
    assert [s.text for s in plan(made, ()) if isinstance(s, Step)] == ["echo inside"]
    assert made.files == ["Makefile", "mk/vars.mk"]
    assert [(gap.what, gap.needed) for gap in made.missing] == [("included gone.mk", False)]


def test_static_patterns_and_double_colons() -> None:
    assert recipe("a b: %: dep-%\n\techo $* $<\ndep-%:\n\techo dep $*\n", "b") == [
        "echo dep b",
        "echo b dep-b",
    ]
    assert recipe("m::\n\techo 1\nm::\n\techo 2\n", "m") == ["echo 1", "echo 2"]


def test_a_target_that_nobody_makes() -> None:
    (gap,) = plan(read("all:\n\techo\n"), ("nope",))
    assert isinstance(gap, Missing)
    assert gap.what == "make target nope"


@pytest.mark.parametrize(
    "text",
    [
        "A = $(B)$(B)\nB = $(A)$(A)\nall:\n\techo $(A)\n",
        "".join(f"A{i} = $(A{i + 1})$(A{i + 1})\n" for i in range(60)) + "all:\n\techo $(A0)\n",
        "A := " + "$(" * 20_000 + "\nall:\n\techo $(A)\n",
        "a: b\nb: a\n\techo\n",
        "%: %x\n\techo $@\n",
        "include Makefile\nall:\n\techo\n",
        "define X\n" * 1000,
        "ifeq (a,b)\n" * 5000 + "all:\n",
        "all: " + "x" * 500_000 + "\n\techo\n",
        "$(eval $(eval $(eval $(X))))\nX = $(eval $(X))\n$(X)\nall:\n\techo\n",
        "else\nendif\nendef\n= x\n: y\n\techo\n",
        "\0\ufffd:\n\t\0\n",
        "L = " + "a " * 10_000 + "\nall:\n\techo " + "$(foreach x,$(L),$(foreach y,$(L),$(x)$(y)))\n",
    ],
)
def test_hostile_makefiles_end_without_an_error(text: str) -> None:
    for step in plan(read(text), ("all",)):
        assert len(getattr(step, "text", "")) < 1_000_000
