"""Shell text: which commands run, with which words, under which conditions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.facts.build import Guard, Setting
from bot.model import Evidence
from bot.path.shell.reader import ShellCommand, ShellReading, read_shell


def at(first: int, last: int) -> Evidence:
    return Evidence("run.sh", first, last)


def read(text: str, **options: object) -> ShellReading:
    return read_shell(text, at, **options)  # type: ignore[arg-type]


def argvs(text: str, **options: object) -> list[tuple[str, ...]]:
    return [item.command.argv for item in read(text, **options).commands if item.taken is not False]


def only(text: str, tool: str, **options: object) -> ShellCommand:
    found = [item for item in read(text, **options).commands if item.command.argv[0] == tool]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "argv"),
    [
        ("A='x y'; cmd $A", ("cmd", "x", "y")),
        ("A='x y'; cmd \"$A\"", ("cmd", "x y")),
        ("A=; cmd $A z", ("cmd", "z")),
        ('A=; cmd "$A" z', ("cmd", "", "z")),
        ('A=b; cmd pre${A}post"$A c"', ("cmd", "prebpostb c")),
        ("cmd $UNKNOWN", ("cmd", "${UNKNOWN}")),
        ("A=x; cmd ${A:-d} ${B:-d}", ("cmd", "x", "d")),
        ("A=; cmd ${A:-d e} ${A-d} f", ("cmd", "d", "e", "f")),
        ("A=x; cmd ${A:+yes} ${A:=n}", ("cmd", "yes", "x")),
        ("A=a.b.c; cmd ${A%.*} ${A%%.*} ${A#*.} ${A##*.}", ("cmd", "a.b", "a", "b.c", "c")),
        ("A=a-b-a; cmd ${A/a/x} ${A//a/x} ${A^^} ${A:2:1}", ("cmd", "x-b-a", "x-b-x", "A-B-A", "b")),
        ("F=(-a); F+=(-cover 'a b'); cmd \"${F[@]}\" end", ("cmd", "-a", "-cover", "a b", "end")),
        ("F=(-a # why\n -b\n); cmd ${F[@]}", ("cmd", "-a", "-b")),
        ('F=-a; F+=" -b"; cmd $F', ("cmd", "-a", "-b")),
        ('cmd a\\ b \'c"d\' "e\'\\"f" \\\n  g', ("cmd", "a b", 'c"d', "e'\"f", "g")),
        ("A=$(date); cmd $A", ("cmd", "${A}")),
        ("cmd v$(date +%s)", ("cmd", "v${date +%s}")),
        ("cmd ${fmt.Sprintf %s} x${{ github.sha }}", ("cmd", "${fmt.Sprintf %s}", "x${github.sha}")),
        ("D=$(dirname /a/b/c); cmd $(basename $D)", ("cmd", "b")),
        ("set -- p q; shift; cmd $1", ("cmd", "q")),
    ],
)
def test_words(text: str, argv: tuple[str, ...]) -> None:
    assert argvs(text)[-1] == argv


def test_environment_is_what_is_exported_or_set_on_the_line() -> None:
    command = only("A=1; export B=2; C=3 go build ./x", "go").command
    assert {s.name: s.value for s in command.env} == {"B": "2", "C": "3"}


def test_an_assignment_to_an_environment_variable_reaches_commands() -> None:
    base = (Setting("GOFLAGS", "-cover", at(1, 1)),)
    changed = only('GOFLAGS="$GOFLAGS -v"\ngo build', "go", base_env=base).command
    assert [(s.name, s.value, s.evidence.line) for s in changed.env] == [("GOFLAGS", "-cover -v", 1)]
    unset = only("unset GOFLAGS; go build", "go", base_env=base).command
    assert unset.env == ()


def test_directories_are_followed_and_subshells_left() -> None:
    found = read("cd a && x; (cd b; y); z; cd /abs; w; cd $U; v; cd rel; u").commands
    assert [(c.command.argv[0], c.command.cwd) for c in found] == [
        ("x", "a"),
        ("y", "a/b"),
        ("z", "a"),
        ("w", "/abs"),
        ("v", None),
        ("u", None),
    ]


def test_the_script_directory_idiom_gives_the_root() -> None:
    text = 'ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)\ncd "$ROOT"\ndocker build $ROOT/img'
    command = only(text, "docker", variables={"BASH_SOURCE": "hack/run.sh"}).command
    assert command.cwd == ""
    assert command.argv[-1] == "${repo}/img"


def test_a_known_test_decides_the_branch() -> None:
    text = 'if [ "${GOFLAGS}" = "-cover" ]; then\n  a\nelse\n  b\nfi'
    for value, taken in (("-cover", (True, False)), ("-cover -v", (False, True)), ("", (False, True))):
        found = read(text, variables={"GOFLAGS": value}).commands
        assert tuple(c.taken for c in found) == taken
        test = found[0].tests[0]
        assert (test.variable, test.operator, test.operand) == ("GOFLAGS", "=", "-cover")
        assert (test.actual, test.result) == (value, taken[0])
        assert [c.command.evidence.line for c in found] == [2, 4]
        assert all(c.command.guards == () for c in found)


@pytest.mark.parametrize(
    ("test", "value", "expected"),
    [
        ('[[ "$X" == *cover* ]]', "-cover", True),
        ('[[ "$X" == "*cover*" ]]', "-cover", False),
        ("[[ $X != -a && -n $X ]]", "b", True),
        ('[ -z "$X" ]', "", True),
        ('[ -n "$X" -a "$X" != a ]', "a", False),
        ('[ "$X" = a -o "$X" = b ]', "b", True),
        ('[ ! "$X" = a ]', "a", False),
        ('test "x$X" = xa', "a", True),
        ('[ "$X" -eq 1 ]', "01", True),
        ('[[ "$X" =~ ^-cov ]]', "-cover", True),
        ('[[ "$X" =~ c(o|x)v ]]', "-cover", None),
        ('echo "$X" | grep -q -- -cover', "-a -cover", True),
        ('! [ "$X" = a ]', "a", False),
        ("true", "", True),
        ("[ -d /x ]", "", None),
    ],
)
def test_tests(test: str, value: str, expected: bool | None) -> None:
    assert only(f"if {test}; then yes; fi", "yes", variables={"X": value}).taken is expected


def test_a_coverage_switch_counts_as_on() -> None:
    text = 'if [ "$E2E_COVERAGE" = "true" ]; then\n  F=-cover\nelse\n  F=-s\nfi\ngo build $F'
    item = only(text, "go")
    assert item.taken is True
    assert item.command.argv == ("go", "build", "-cover")
    (guard,) = item.command.guards
    assert guard.coverage
    assert (guard.variable, guard.value, guard.text) == (
        "E2E_COVERAGE",
        "true",
        '[ "$E2E_COVERAGE" = "true" ]',
    )


@pytest.mark.parametrize(
    ("text", "on", "off"),
    [
        ('if [ "$COVERAGE" != true ]; then b; else a; fi', "a", "b"),
        ('if [ -z "$E2E_COVER" ]; then b; else a; fi', "a", "b"),
        ('if [ -n "${COVERAGE:-}" ]; then a; else b; fi', "a", "b"),
        ('if [ "$MODE" = x ]; then go build -cover; a; else b; fi', "a", "b"),
        ('case "$COVERAGE" in 1|true) a;; *) b;; esac', "a", "b"),
        ('[ "$COVERAGE" = 1 ] && a || b', "a", "b"),
        ('if [ "$X" = y ]; then b; elif [ "$COVERAGE" = 1 ]; then a; fi', "a", None),
    ],
)
def test_either_side_may_be_the_coverage_side(text: str, on: str, off: str | None) -> None:
    found = {c.command.argv[0]: c for c in read(text).commands}
    assert any(g.coverage for g in found[on].command.guards)
    assert found[on].taken is not False
    if off is not None:
        assert found[off].taken is False


def test_other_unknown_tests_stay_open() -> None:
    text = 'if [ "$ARCH" = arm ]; then a; F=1; else b; F=2; fi; c $F'
    found = {c.command.argv[0]: c for c in read(text).commands}
    assert found["a"].taken is None
    assert found["b"].taken is None
    assert found["a"].command.guards[0].text == '[ "$ARCH" = arm ]'
    assert not found["a"].command.guards[0].coverage
    assert found["c"].taken is True
    assert found["c"].command.argv == ("c", "${F}")


def test_a_default_of_an_unknown_variable_is_open_to_tests_and_used_by_commands() -> None:
    text = 'N=${NAME:-kind}\nif [ "$N" = kind ]; then a; fi\nkind create cluster --name "$N"'
    found = {c.command.argv[0]: c for c in read(text).commands}
    assert found["a"].taken is None
    assert found["kind"].command.argv[-1] == "kind"
    assert found["kind"].command.guards == (Guard("NAME is not set", variable="NAME", value=""),)


def test_a_coverage_variable_has_no_default() -> None:
    assert argvs("go build ${COVER_FLAGS:-} ./x")[0] == ("go", "build", "${COVER_FLAGS}", "./x")
    item = only("go build ${COVERAGE:+-cover} ./x", "go")
    assert item.command.argv == ("go", "build", "-cover", "./x")
    assert item.command.guards[0].coverage


def test_error_paths() -> None:
    found = {c.command.argv[0]: c for c in read("a || { b; exit 1; }\nc || true\nd && e").commands}
    assert found["b"].command.guards[0].error_path
    assert found["b"].taken is None
    assert found["c"].command.ignore_errors
    assert not found["a"].command.ignore_errors
    assert found["c"].taken is True
    assert found["e"].taken is True
    assert found["e"].command.guards == ()


def test_a_branch_that_fails_is_an_error_path() -> None:
    found = {c.command.argv[0]: c for c in read("if ! wait_for; then logs; exit 1; fi; rest").commands}
    assert found["logs"].command.guards[0].error_path
    assert found["rest"].taken is True


def test_exit_ends_and_an_open_exit_makes_doubt() -> None:
    assert argvs("a; exit 0; b") == [("a",)]
    found = {c.command.argv[0]: c.taken for c in read('[ "$S" = 1 ] && exit 0\nb').commands}
    assert found == {"b": None}
    assert argvs('[ -n "$S" ] || exit 1\nb') == [("b",)]
    assert read('[ -n "$S" ] || exit 1\nb').commands[0].taken is True


def test_functions_are_read_in_place() -> None:
    text = 'build() {\n  local tag=$1\n  docker build -t "$tag" .\n}\ntag=outer\nbuild img:1\necho $tag'
    found = read(text).commands
    assert found[0].command.argv == ("docker", "build", "-t", "img:1", ".")
    assert found[0].command.evidence.line == 3
    assert found[1].command.argv == ("echo", "outer")


def test_recursion_ends() -> None:
    reading = read("f() { a; f; }; f")
    assert [c.command.argv for c in reading.commands] == [("a",)]
    assert "too deeply" in reading.missing[0].reason


def test_loops() -> None:
    assert argvs("for i in a b; do x $i; done") == [("x", "a"), ("x", "b")]
    assert argvs("for i in $L; do x $i; done") == [("x", "${i}")]
    assert argvs('F=; for t in $L; do F="$F $t"; done; x $F')[-1] == ("x", "${F}")
    polled = only("while ! ready; do sleep 1; done", "sleep")
    assert polled.taken is None
    assert argvs("while true; do a; break; done; b") == [("a",), ("b",)]
    assert argvs("for i in a b; do x $i; break; done") == [("x", "a"), ("x", "b")]


def test_a_trap_on_exit_comes_last_as_teardown() -> None:
    found = read("cleanup() {\n  kind delete cluster\n}\ntrap cleanup EXIT\ngo test ./...").commands
    assert [(c.command.argv[0], c.command.phase) for c in found] == [("go", "setup"), ("kind", "teardown")]
    assert found[1].command.evidence.line == 2


def test_heredocs_feed_stdin() -> None:
    text = "NS=e2e\ncat <<EOF | kubectl apply -f -\nnamespace: $NS\nname: $(id)\nEOF\nnext"
    item = only(text, "kubectl")
    assert item.command.stdin == "namespace: e2e\nname: ${id}\n"
    assert item.command.stdin_evidence is not None
    assert item.command.stdin_evidence.line == 3
    assert item.command.piped_from is not None
    literal = only("kubectl apply -f - <<'EOF'\na: $NS\nEOF\n", "kubectl")
    assert literal.command.stdin == "a: $NS\n"
    tabs = only("cat > f <<-EOF && go build\n\ta\n\tEOF\n", "cat")
    assert tabs.command.stdin == "a\n"
    assert tabs.command.redirect == "f"


def test_pipes_and_redirects() -> None:
    item = only('echo "$M" | kubectl apply -f - > out 2>&1', "kubectl", variables={"M": "kind: Pod"})
    assert (item.command.stdin, item.command.redirect) == ("kind: Pod", "out")
    assert only("a 2> err", "a").command.redirect is None
    assert only("a < in", "a").command.stdin_file == "in"


def test_commands_inside_substitutions_are_collected() -> None:
    text = "POD=$(kubectl get pods -o jsonpath='{.items[0].metadata.name}')\nkubectl cp ns/$POD:/c ./c"
    found = read(text).commands
    assert found[0].command.argv[-1] == "jsonpath={.items[0].metadata.name}"
    assert found[0].assigns == "POD"
    assert found[1].command.argv == ("kubectl", "cp", "ns/${POD, the first of the pods}:/c", "./c")


def test_lines_count_from_the_first_line() -> None:
    item = only("a\ngo build \\\n  ./x\n", "go", first_line=10)
    assert (item.command.evidence.line, item.command.evidence.end_line) == (11, 12)


def test_complete_variables_leave_other_names_unset() -> None:
    reading = read('if [ -z "$X" ]; then a; fi; b $X c', complete=True)
    assert [(c.command.argv, c.taken) for c in reading.commands] == [(("a",), True), (("b", "c"), True)]


def test_variables_at_the_end() -> None:
    reading = read("A=1; B=$(x); C=(a b); D=${E:-5}")
    assert reading.variables == {"A": "1", "B": None, "C": "a b", "D": "5"}


def test_broken_text_is_a_gap_that_matters_only_when_it_speaks_of_coverage() -> None:
    assert all(not gap.needed for gap in read("if [ a; then (\nfoo").missing)
    assert any(gap.needed for gap in read("go build -cover ((( \nif").missing)


@pytest.mark.parametrize(
    "text",
    [
        "$(" * 5_000,
        "((" * 5_000,
        "if a; then " * 3_000,
        "a && " * 3_000 + "b",
        "A=x; " + "A=$A$A; " * 100 + "cmd $A",
        "f() { g; g; g; }; g() { h; h; h; }; h() { i; i; i; }; i() { a; a; a; }; " + "f; " * 500,
        "for a in 1 2 3 4 5 6 7 8 9; do " * 8 + "x; " + "done; " * 8,
        '"${a:-' * 2_000,
        "[ " + "( " * 2_000,
        "case x in " + "*a" * 2_000 + ") b;; esac",
        "x" * 300_000,
        "cmd " + "a " * 90_000,
        "case $A in " + "a) b;; " * 20_000 + "esac",
        "a && " * 39_000 + "b",
        "if a; then b; " + "elif c; then d; " * 10_000 + "fi",
        "for i in " + "a " * 90_000 + "; do x; done",
        "cmd " + "> f " * 40_000,
        "A=(" + "a " * 90_000 + ")",
        "[ " + "-n a -a " * 20_000 + "b ]",
        "echo " + "$A" * 60_000,
        "a | " * 40_000 + "b",
        "cat <<A\n" * 500,
        "\0\ue000\ue001\ue002 $\ue0010\ue002",
    ],
)
def test_hostile_text_is_bounded(text: str) -> None:
    reading = read(text)
    assert len(reading.commands) <= 2_000
    assert all(len(word) < 300_000 for item in reading.commands for word in item.command.argv)


_SHELL_PIECES = st.lists(
    st.sampled_from(
        [
            "if ",
            "then ",
            "fi",
            "; ",
            "\n",
            "[ ",
            " ]",
            "[[ ",
            "$(",
            ")",
            "(",
            "{ ",
            "}",
            "${",
            "A",
            "=",
            "'",
            '"',
            "&& ",
            "|| ",
            "| ",
            "case ",
            " in ",
            "esac",
            "<<EOF\n",
            "EOF\n",
            "for ",
            "do ",
            "done",
            "trap ",
            "exit ",
            "`",
            "\\",
            "$A",
            "${A:-",
            "[@]",
            "export ",
            "unset ",
            "-cover ",
            "while ",
            "! ",
            "f() ",
            "\ue001",
            "cd ",
        ]
    ),
    max_size=40,
).map("".join)


@settings(max_examples=150, deadline=None)
@given(_SHELL_PIECES | st.text(max_size=200))
def test_arbitrary_text_never_raises(text: str) -> None:
    for item in read(text, variables={"A": "x", "B": None}).commands:
        assert item.command.argv
        assert item.command.evidence.line >= 1


def test_a_file_named_in_two_ways_stays_known() -> None:
    text = 'M=made.yaml\nif [ -f "$M" ]; then M=file://localhost$(realpath $M); fi\ncurl -s "$M"\n'
    assert argvs(text)[-1] == ("curl", "-s", "made.yaml")


def test_another_file_in_a_branch_makes_it_unknown() -> None:
    text = 'M=made.yaml\nif [ -f "$M" ]; then M=file://localhost/opt/made.yaml; fi\ncurl -s "$M"\n'
    assert argvs(text)[-1] == ("curl", "-s", "${M}")
