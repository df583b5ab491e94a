"""Go repos that attack the readers of suites, main packages and modules."""

from __future__ import annotations

from tests.git_repo import Content
from tests.hostile.bases import base
from tests.hostile.texts import after, filled, nested

SUITE = "test/e2e/shop/suite_test.go"
INFRA = "test/infrastructure/shop.go"
MAIN = "cmd/shop/main.go"
_GO = base("go-suite")


def _collect(body: str, beside: str = "") -> dict[str, Content]:
    """Statements at the start of the collection, and declarations beside it."""
    return {SUITE: after(_GO[SUITE], "func collectCoverage() {", body) + beside}


def _setup(body: str, beside: str = "") -> dict[str, Content]:
    return {INFRA: after(_GO[INFRA], "func SetupShop", body) + beside}


def _main(body: str, beside: str = "") -> dict[str, Content]:
    return {MAIN: after(_GO[MAIN], "func main() {", body) + beside}


_RING = "func ping() { pong(); pong() }\nfunc pong() { ping(); ping() }\n"
_TREE = "".join(f"func f{n}() {{ {f'f{n + 1}(); ' * 5}}}\n" for n in range(40)) + "func f40() {}\n"

GO: dict[str, dict[str, Content]] = {
    "deep-parens": _collect("x := " + nested("(", ")", 100_000, "1") + "\n_ = x\n"),
    "deep-literals": _collect("x := " + nested("[]any{", "}", 50_000) + "\n_ = x\n"),
    "deep-functions": _collect(nested("func() {\n", "}()\n", 20_000)),
    "deep-calls": _collect(nested("run(", ")", 50_000, '"a"') + "\n"),
    "deep-ifs": _collect(nested("if a() {\n", "}\n", 20_000)),
    "deep-types": _collect("", "type T " + "*" * 200_000 + "int\nvar x " + "[]" * 100_000 + "int\n"),
    "deep-braces-open": _collect("{" * 300_000 + "\n"),
    "long-sum": _collect("x := " + " + ".join(['"a"'] * 100_000) + "\nrun(x)\n"),
    "long-selector": _collect("x := a" + ".b" * 200_000 + "\nrun(x)\n"),
    "long-chain": _collect("Expect(x)" + ".To(y)" * 100_000 + "\n"),
    "many-commands": _collect(filled('run("docker", "cp", "a{n}:/x", "/y")', 900_000)),
    "many-exec": _collect(filled('exec.Command("kubectl", "apply", "-f", "x{n}").Run()', 900_000)),
    "many-functions": _collect("", filled("func g{n}() { g{n}() }", 900_000)),
    "many-constants": _collect("", "const (\n" + filled('c{n} = "x"', 900_000) + ")\n"),
    "constants-in-a-chain": _collect(
        "run(c0)\n",
        "".join(f"const c{n} = c{n + 1} + c{n + 1}\n" for n in range(80)) + 'const c80 = "aaaaaaaaaa"\n',
    ),
    "constants-in-a-ring": _collect("run(ca)\n", "const ca = cb + cb\nconst cb = ca + ca\n"),
    "many-ifs": _collect(filled("if os.Getenv(`A{n}`) == `1` { x{n} = 1 }", 900_000)),
    "many-suites": _collect("", filled("var _ = AfterSuite(func() { collectCoverage() })", 900_000)),
    "doubling": _collect('s := "aaaaaaaaaa"\n' + "s += s\n" * 80 + "run(s)\n"),
    "doubling-sprintf": _collect(
        's := "aaaaaaaaaa"\n' + 's = fmt.Sprintf("%s%[1]s%s", s, s)\n' * 80 + "run(s)\n"
    ),
    "doubling-lists": _collect('s := []string{"a"}\n' + "s = append(s, s...)\n" * 80 + 'run("a", s...)\n'),
    "doubling-in-loops": _collect(
        's := "aaaa"\n' + nested("for i := 0; i < 100; i++ {\n", "}\n", 10, "s += s\nrun(s)\n")
    ),
    "structs-in-structs": _collect(
        "x := corev1.Pod{}\n" + "x = corev1.Pod{A: x, B: x}\n" * 80 + "_, _ = client.Create(ctx, &x)\n"
    ),
    "replace": _collect(
        's := strings.Repeat("a", 999999999)\n' + 's = strings.ReplaceAll(s, "a", s)\n' * 20 + "run(s)\n"
    ),
    "join": _collect(
        "s := strings.Join(strings.Split(strings.Repeat(`a,`, 99999), `,`), strings.Repeat(`b`, 99999))\nrun(s)\n"
    ),
    "sprintf-width": _collect('run(fmt.Sprintf("%999999999d%0999999999d", 1, 2))\n'),
    "numbers": _collect(
        "x := 1 << 999999999\ny := 9999999999999999999999 * x\nz := 1 / 0\nrun(fmt.Sprint(x, y, z))\n"
    ),
    "endless": _collect("for {\n}\nfor true {\nrun(`a`)\n}\nL:\nfor { goto L }\n"),
    "ring": _collect("ping()\n", _RING),
    "tree": _collect("f0()\n", _TREE),
    "closures-in-a-ring": _collect("var f func()\nf = func() { f(); f() }\nf()\n"),
    "yaml-bomb": _collect(
        "deployYAML(fmt.Sprintf(`"
        + "\n".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40))
        + "`))\n"
    ),
    "long-line": _collect("x := `" + "a" * 900_000 + "`\nrun(x)\n"),
    "long-comment": _collect("/*" + "*" * 900_000 + "*/\n"),
    "long-list": _collect('run("a"' + ', "b"' * 150_000 + ")\n"),
    "setup-doubling": _setup('s := "aaaaaaaaaa"\n' + "s += s\n" * 80 + "_ = exec.Command(s).Run()\n"),
    "setup-many": _setup(filled('exec.Command("docker", "build", "-t", "x{n}", ".").Run()', 900_000)),
    "setup-garbage": {INFRA: "package infrastructure\n" + "func {{{ )))(((\n" * 10_000},
    "main-many": _main(filled("go func() { signal.Notify(c{n}, syscall.SIGTERM) }()", 900_000)),
    "main-deep": _main(nested("func() {\n", "}()\n", 20_000)),
    "main-ring": _main("ping()\n", _RING),
    "main-tree": _main("f0()\n", _TREE),
    "main-garbage": {MAIN: "package main\n\x01\x02((("},
    "main-empty": {MAIN: ""},
    "suite-empty": {SUITE: ""},
    "suite-garbage": {SUITE: "\ufffd" * 100_000},
    "many-files": {
        f"test/e2e/shop/f{n}_test.go": f"package shop\nvar _ = It(`x`, func() {{ run(`kubectl`, `{n}`) }})\n"
        for n in range(3_000)
    },
    "many-packages": {
        **_collect("".join(f"p{n}.Do()\n" for n in range(500))),
        **{
            f"test/p{n}/p.go": f"package p{n}\nfunc Do() {{ exec.Command(`kubectl`).Run() }}\n"
            for n in range(500)
        },
    },
    "packages-in-a-ring": {
        **_collect("infrastructure.A()\n"),
        "test/infrastructure/a.go": 'package infrastructure\nimport "example.com/shop/test/b"\nfunc A() { b.B(); b.B() }\n',
        "test/b/b.go": 'package b\nimport "example.com/shop/test/infrastructure"\nfunc B() { infrastructure.A() }\n',
    },
    "go-mod-garbage": {"go.mod": "module\nmodule (\n((((\nreplace => => =>\nrequire )\ngo go\n\x01"},
    "go-mod-empty": {"go.mod": ""},
    "go-mod-replaces-itself": {
        "go.mod": _GO["go.mod"] + "replace example.com/shop => ./\nreplace example.com/shop => ../shop\n"
    },
    "go-mod-many": {"go.mod": _GO["go.mod"] + filled("replace example.com/m{n} => ./m{n}", 900_000)},
    "go-work-ring": {
        "go.work": "go 1.25\nuse (\n.\n./\n../\n./a\n./a/../a\n)\nreplace example.com/shop => ./a\n",
        "a/go.mod": "module example.com/a\nreplace example.com/a => ../\nreplace example.com/shop => ../a\n",
        "a/go.work": "use ..\n",
        "a/a.go": "package a\n",
    },
    "go-mod-dir": {"go.mod/x": "x"},
    "generics": _collect("", filled("type T{n}[A any, B T{n}[A, B]] struct{ x T{n}[A, B] }", 900_000)),
    "labels-and-gotos": _collect(filled("L{n}:\ngoto L{n}", 900_000)),
    "switches": _collect("switch x {\n" + filled("case {n}: run(`a`)", 900_000) + "}\n"),
    "selects": _collect(nested("select { case <-c:\n", "}\n", 10_000)),
    "defers": _collect(filled("defer run(`a{n}`)", 900_000)),
}
