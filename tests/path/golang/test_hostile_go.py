"""Broken and hostile Go never raises and stays bounded."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.path.golang import GoRepo, read_main, read_suite
from tests.path.golang.suites import before, read, shop
from tests.path.golang.test_suite_timeline import COLLECT
from tests.path.golang.test_suite_workloads import STRUCT, YAML
from tests.path.in_memory import Texts

WHOLE = COLLECT + "var _ = BeforeSuite(func() {\n" + STRUCT + YAML + "})\n"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(WHOLE)), st.integers(0, 40), st.text(max_size=12))
def test_mutated_suites(at: int, cut: int, extra: str) -> None:
    read(WHOLE[:at] + extra + WHOLE[at + cut :])


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet='(){}[]"`;:=,.&*!<-funcvar 01abif\n', max_size=120))
def test_arbitrary_text(text: str) -> None:
    repo = GoRepo(Texts({"go.mod": "module example.com/x\n", "t/a_test.go": text, "t/main.go": text}))
    read_suite(repo, "t")
    read_main(repo, "t")


HOSTILE = {
    "deep": "x := " + "(" * 5_000 + "1" + ")" * 5_000,
    "deep calls": "f(" * 3_000 + ")" * 3_000,
    "long sum": "x := " + " + ".join(['"a"'] * 5_000) + "\nos.MkdirAll(x, 0777)",
    "endless": "for {\n x := 1\n _ = x\n}",
    "doubling": "x := `" + "a" * 1_000 + "`\nfor i := 0; i < 40; i++ {\n x = x + x\n}\nos.MkdirAll(x, 0777)",
    "lists": "x := []string{`a`}\nfor i := 0; i < 40; i++ {\n x = append(x, x...)\n}",
    "big number": "x := 1 << 62\nfor i := 0; i < 40; i++ {\n x = x * x\n}",
    "bomb": "x := fmt.Sprintf(`" + "%[1]s" * 1_000 + "`, strings.Repeat(`a`, 1000000000))",
    "nested ifs": "if a() {\n" * 300 + "}\n" * 300,
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_bodies(body: str) -> None:
    before(body)


def test_functions_that_call_each_other() -> None:
    reading = read("""
var _ = BeforeSuite(func() { ping() })

func ping() { pong(); pong() }
func pong() { ping(); ping() }

var a = b
var b = a
""")
    assert reading.events == ()


def test_a_tree_of_calls_is_cut_short_and_said() -> None:
    functions = "\n".join(f"func f{n}() {{ " + f"f{n + 1}(); " * 6 + "}" for n in range(20))
    reading = read("var _ = BeforeSuite(func() { f0() })\n" + functions + "\nfunc f20() {}\n")
    assert any(gap.needed for gap in reading.missing)


def test_a_monstrous_line() -> None:
    snapshot = shop("var x = `" + "a" * 200_000 + "`\n")
    assert read_suite(GoRepo(snapshot), "test/e2e/orders").events == ()
