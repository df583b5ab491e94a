"""Texts that attack the readers of each kind of file.

Each takes the place of a file of a healthy repo, so that it stands on the way of the check.
"""

from __future__ import annotations

from tests.hostile.bases import base

JUST_BELOW = 999_000
"""Bytes that a file may have: one of 1,000,000 is not read."""


def filled(line: str, size: int = JUST_BELOW) -> str:
    """A text of about `size` bytes made of one line (with `{n}` for its number)."""
    lines, length, number = [], 0, 0
    while length < size - 40 - len(line):
        lines.append(line.replace("{n}", str(number)))
        length += len(lines[-1]) + 1
        number += 1
    return "\n".join(lines) + "\n"


def nested(start: str, end: str, depth: int, core: str = "") -> str:
    return start * depth + core + end * depth


def after(text: str, mark: str, extra: str) -> str:
    """`extra` set behind the first line that holds `mark`."""
    head, found, tail = text.partition(mark)
    assert found, mark
    line, newline, rest = tail.partition("\n")
    return head + found + line + newline + extra + rest


BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)
)
MERGE_BOMB = "m0: &m0 {a: 1}\n" + "".join(
    f"m{n}: &m{n}\n  <<: [{', '.join([f'*m{n - 1}'] * 9)}]\n  k{n}: *m{n - 1}\n" for n in range(1, 30)
)
SELF = "a: &a [*a]\nb: &b\n  <<: *b\n"

YAML = {
    "bomb": BOMB,
    "merge-bomb": MERGE_BOMB,
    "anchors-in-themselves": SELF,
    "deep-flow": "x: " + nested("[", "]", 100_000),
    "deep-flow-open": "x: " + "{a: [" * 100_000,
    "deep-block": "".join("  " * n + f"k{n}:\n" for n in range(1_000)),
    "deep-dashes": "- " * 200_000 + "x",
    "many-documents": filled("---\nkind: Deployment\nmetadata: {name: shop}"),
    "many-keys": filled("k{n}: v"),
    "many-items": filled("- {a: {n}}"),
    "one-long-line": "x: " + "y" * JUST_BELOW,
    "one-long-quoted-line": 'x: "' + "\\x41" * 200_000 + '"',
    "tags": "!!python/object/apply:os.system ['touch /tmp/covcheck-was-here']\n",
    "tabs": "a:\n\tb:\n\t\t- c\n",
    "template-braces": filled("{{ if .x }}"),
    "template-nested": nested("{{ if .x }}\n", "{{ end }}\n", 20_000, "a: b\n"),
    "question-keys": nested("? ", "", 50_000, "x"),
    "colons": "a" + ": " * 200_000,
    "quotes": "a: " + "'" * 300_001,
    "anchors": filled("a{n}: &a{n} *a{n}"),
    "invalid": "a: [b\nc: }\n%%%\n",
    "controls": "a: \x01\x02\x1b[31m\n",
    "list-at-top": "- kind: Deployment\n- kind: Cluster\n",
    "scalar-at-top": "just words",
    "numbers-as-keys": "1: 2\ntrue: false\nnull: ~\n? [a, b]\n: c\n",
    "empty": "",
    "only-comments": "# nothing\n" * 1000,
}


def _shell(extra: str) -> str:
    return after(base("script")["hack/e2e.sh"], "set -euo", extra)


_DOUBLE = "x=aaaaaaaaaa\n" + 'x="$x$x"\n' * 60 + 'mkdir -p "$x"\n'

SHELL = {
    "doubling": _shell(_DOUBLE),
    "doubling-in-a-loop": _shell('x=a\nfor i in $(seq 1 64); do x="$x$x$x$x"; done\nmkdir -p "$x"\n'),
    "doubling-arrays": _shell("a=(x)\n" + 'a=("${a[@]}" "${a[@]}")\n' * 60 + 'mkdir "${a[@]}"\n'),
    "doubling-arguments": _shell("set -- a b\n" + 'set -- "$@" "$@"\n' * 60 + 'mkdir "$@"\n'),
    "deep-arithmetic": _shell("x=" + nested("$((", "))", 3_000, "1") + "\n"),
    "deep-substitution": _shell("x=" + nested("$(echo ", ")", 3_000, "1") + "\n"),
    "deep-backticks": _shell("x=" + "`echo " * 3_000 + "\n"),
    "deep-subshells": _shell(nested("(", ")", 5_000, "true") + "\n"),
    "deep-groups": _shell(nested("{ ", " ; }", 5_000, "true") + "\n"),
    "deep-parameters": _shell('x="' + nested("${a:-", "}", 5_000, "1") + '"\n'),
    "deep-ifs": _shell(nested("if true; then\n", "fi\n", 40_000, "kubectl apply -f x\n")),
    "deep-unknown-ifs": _shell(nested("if test_it; then\n", "fi\n", 10_000, "x=1\n")),
    "deep-cases": _shell(nested("case $1 in a)\n", ";; esac\n", 10_000, "x=1\n")),
    "deep-loops": _shell(nested("for a in 1 2 3 4 5 6 7 8 9; do\n", "done\n", 60, 'x="$x$a"\n')),
    "deep-functions": _shell(nested("f() {\n", "}\n", 5_000, "true\n") + "f\n"),
    "wide-ifs": _shell(filled('if [ "$v{n}" = 1 ]; then w{n}=1; fi', 990_000)),
    "wide-elifs": _shell("if a; then b\n" + filled("elif [ $x = {n} ]; then y={n}", 900_000) + "fi\n"),
    "wide-cases": _shell("case $x in\n" + filled("a{n}) y={n} ;;", 900_000) + "esac\n"),
    "wide-pipes": _shell("cat x" + " | grep a" * 90_000 + "\n"),
    "wide-ands": _shell("true" + " && true" * 90_000 + "\n"),
    "many-commands": _shell(filled("kubectl apply -f k8s/shop.yaml", 990_000)),
    "many-variables": _shell(filled("v{n}=$v{n}", 990_000)),
    "many-functions": _shell(filled("f{n}() { f{n}; }", 980_000)),
    "calls-in-a-ring": _shell("a() { b; b; }\nb() { c; c; }\nc() { a; a; }\na\n"),
    "calls-in-a-tree": _shell("".join(f"f{n}() {{ f{n + 1}; f{n + 1}; }}\n" for n in range(60)) + "f0\n"),
    "braces": _shell("mkdir -p /tmp/" + "{a,b}" * 40 + "\n"),
    "brace-ranges": _shell("for i in {1..1000000000}; do mkdir $i; done\nmkdir {1..999999999}\n"),
    "endless": _shell("while true; do :; done\nuntil false; do x=$x$x; done\nfor ((;;)); do :; done\n"),
    "big-numbers": _shell("x=$((9**9**9**9))\ny=$((1<<99999999))\nseq 1 99999999999\n"),
    "heredocs": _shell(filled("cat <<E{n}\nE{n}", 900_000)),
    "open-heredocs": _shell("cat " + "<<A " * 20_000 + "\n"),
    "heredoc-bomb": _shell("cat <<EOF | kubectl apply -f -\n" + BOMB + "EOF\n"),
    "quotes": _shell("x='" + "\\'" * 200_000 + "\n"),
    "one-long-line": _shell("echo " + "a" * 990_000 + "\n"),
    "one-long-line-of-words": _shell("echo" + " a" * 450_000 + "\n"),
    "replacements": _shell("x=" + "a" * 7_000 + "\n" + 'x="${x//a/aaaaaaaa}"\n' * 60 + 'mkdir "$x"\n'),
    "patterns": _shell('x="' + "a" * 5_000 + '"\ny="${x##' + "*a" * 500 + 'b}"\nmkdir "$y"\n'),
    "sources-itself": _shell("source hack/e2e.sh\n. hack/e2e.sh\n"),
    "calls-itself": _shell("./hack/e2e.sh\nbash hack/e2e.sh\n" * 40),
    "calls-make": _shell("make e2e-coverage\nmake -C . e2e-coverage\n" * 20),
    "eval": _shell('eval "$x"\n' * 30_000 + "eval eval eval eval ls\n"),
    "sed-and-tests": _shell('[[ "' + "a" * 5_000 + '" =~ (a+)+b ]] && mkdir x\n'),
    "printf-bomb": _shell("x=$(printf '%0999999999d' 1)\nmkdir $x\n"),
    "xargs": _shell("seq 100000000 | xargs -n1 mkdir\n"),
    "invalid": "#!/bin/bash\nif then fi (((( {{{{ <<< && || ;; esac done\n\x01",
    "trap": _shell("trap 'trap \"trap x EXIT\" EXIT' EXIT\n" * 5_000),
    "nothing": "",
}


def _dockerfile(extra: str) -> str:
    return after(base("script")["Dockerfile"], "WORKDIR", extra)


DOCKERFILE = {
    "many-runs": _dockerfile(filled("RUN a", 990_000)),
    "many-stages": filled("FROM a AS s{n}\nRUN go build ./cmd/shop"),
    "stages-in-a-ring": "FROM b AS a\nCOPY --from=b /x /x\nFROM a AS b\nCOPY --from=c /x /x\n"
    "FROM c AS c\nCOPY --from=c /shop /shop\nRUN go build -o /shop ./cmd/shop\n",
    "stages-from-a-chain": "FROM scratch AS s0\nRUN go build -o /shop ./cmd/shop\n"
    + "".join(f"FROM s{n} AS s{n + 1}\nENV A{n}=1\n" for n in range(20_000)),
    "copies-in-a-chain": "FROM scratch AS s0\nRUN go build -o /shop ./cmd/shop\n"
    + "".join(
        f"FROM scratch AS s{n + 1}\nCOPY --from=s{n} / /\nCOPY --from=s{n} /shop /shop\n" for n in range(300)
    ),
    "doubling-args": _dockerfile(
        "ARG A0=aaaaaaaaaa\n"
        + "".join(f"ARG A{n + 1}=$A{n}$A{n}\n" for n in range(60))
        + "RUN go build $A60\n"
    ),
    "doubling-env": _dockerfile(
        "ENV A=aaaaaaaaaa\n" + "ENV A=${A}${A}\n" * 60 + "RUN go build $A ./cmd/shop\n"
    ),
    "many-args": _dockerfile(filled("ARG A{n}={n}", 980_000)),
    "one-env": _dockerfile("ENV " + " ".join(f"A{n}={n}" for n in range(70_000)) + "\n"),
    "continued": _dockerfile("RUN a \\\n" * 110_000 + "go build ./cmd/shop\n"),
    "continued-words": _dockerfile("RUN " + "a \\\n" * 200_000 + "go build ./cmd/shop\n"),
    "heredocs": _dockerfile("RUN " + "<<A " * 10_000 + "\nA\n" * 10_000),
    "open-heredoc": _dockerfile("RUN <<EOF\n" + "go build\n" * 90_000),
    "many-heredocs": _dockerfile("RUN <<A\nA\n" * 80_000),
    "heredoc-bomb": _dockerfile("COPY <<EOF /x.yaml\n" + BOMB + "EOF\n"),
    "long-run": _dockerfile("RUN " + "a;" * 480_000 + "\n"),
    "long-json": _dockerfile("ENTRYPOINT [" + '"a",' * 200_000 + '"b"]\n'),
    "deep-json": _dockerfile("ENTRYPOINT " + "[" * 100_000 + "]" * 100_000 + "\n"),
    "flags": _dockerfile("COPY " + "--from=a " * 90_000 + "a b\n"),
    "spaces": _dockerfile("RUN" + " " * 900_000 + "x\n"),
    "deep-ifs": _dockerfile("RUN " + nested("if a; then ", "fi; ", 20_000, "go build; ") + "\n"),
    "many-builds": _dockerfile("RUN " + "go build -o /x ./cmd/shop; " * 30_000 + "\n"),
    "parameters": _dockerfile("ENV X=" + nested("${A:-", "}", 50_000) + "\n"),
    "onbuild": _dockerfile("ONBUILD " * 50_000 + "RUN x\n"),
    "escape": "# escape=`\n" + base("script")["Dockerfile"].replace("ARG", "RUN `\n go version\nARG"),
    "comments": _dockerfile("# x\n" * 240_000),
    "garbage": "\x01\x02 FROM\nFROM\nFROM --platform\nCOPY\nCOPY --from\nRUN\nENV\nENV =\nARG\nARG =\nUSER\nCMD [\n",
    "empty": "",
    "blank": " \n\t\n",
}


def _make(extra: str) -> str:
    return after(base("script")["Makefile"], "COVERAGE_DIR :=", extra)


MAKE = {
    "many-targets": _make(filled("t{n}: t{n}", 980_000)),
    "deep-targets": _make(
        "e2e-coverage: t0\n" + "".join(f"t{n}: t{n + 1}\n\techo {n}\n" for n in range(20_000))
    ),
    "target-tree": _make(
        "e2e-coverage: t0a t0b\n"
        + "".join(f"t{n}a t{n}b: t{n + 1}a t{n + 1}b\n\techo x\n" for n in range(60))
    ),
    "target-ring": _make("e2e-coverage: a\na: b\nb: c\nc: a e2e-coverage\n"),
    "make-ring": _make("x:\n\t$(MAKE) y\n\t$(MAKE) e2e-coverage\ny:\n\t$(MAKE) x x x\n").replace(
        "e2e-coverage: image-coverage\n", "e2e-coverage: image-coverage\n\t$(MAKE) x\n\t$(MAKE) y\n"
    ),
    "make-tree": _make(
        "".join(f"m{n}:\n\t$(MAKE) m{n + 1}\n\t$(MAKE) m{n + 1} A={n}\n" for n in range(60))
    ).replace("e2e-coverage: image-coverage\n", "e2e-coverage: image-coverage\n\t$(MAKE) m0\n"),
    "doubling": _make(
        "A0 = aaaaaaaaaa\n" + "".join(f"A{n + 1} = $(A{n})$(A{n})\n" for n in range(60))
    ).replace("./hack/e2e.sh", "A=$(A60) ./hack/e2e.sh"),
    "doubling-now": _make("A := aaaaaaaaaa\n" + "A := $(A)$(A)\n" * 60).replace("./hack/", "A=$(A) ./hack/"),
    "doubling-plus": _make("A := a\n" + "A += $(A)\n" * 60).replace("./hack/", "A=$(A) ./hack/"),
    "self": _make("A = $(A)\nB = $(C)\nC = $(B)x\n").replace("./hack/e2e.sh", "A=$(A) B=$(B) ./hack/e2e.sh"),
    "foreach": _make(
        "L := $(shell seq 1 100)\nN := 1 2 3 4 5 6 7 8 9\nX = "
        + nested("$(foreach a,$(N),", ")", 30, "$(a)")
        + "\n"
    ).replace("./hack/e2e.sh", "A=$(X) ./hack/e2e.sh"),
    "functions": _make("X = " + nested("$(patsubst %,%%,", ")", 3_000, "a") + "\n").replace(
        "./hack/", "$(X) ./hack/"
    ),
    "subst": _make("X = " + nested("$(subst a,aaaa,", ")", 60, "a") + "\n").replace(
        "./hack/", "A=$(X) ./hack/"
    ),
    "deep-references": _make("X = " + nested("$(", ")", 50_000, "a") + "\n").replace(
        "./hack/", "A=$(X) ./hack/"
    ),
    "conditions": _make(nested("ifeq ($(A),b)\n", "endif\n", 40_000, "X=1\n")),
    "open-conditions": _make("ifdef A\n" * 100_000),
    "includes-itself": _make("include Makefile\n-include Makefile ./Makefile\n" * 1_000),
    "includes-many": _make("include " + " ".join(f"m{n}.mk" for n in range(90_000)) + "\n"),
    "define": _make(nested("define X\n", "endef\n", 20_000, "a\n")),
    "call": _make("f = $(call f,$(1)$(1))\nX = $(call f,aaaa)\n").replace("./hack/", "A=$(X) ./hack/"),
    "eval": _make("define e\n$(eval $(call e))\n$(call e)\nendef\n$(eval $(call e))\n" * 20),
    "continued": _make("X = a \\\n" * 120_000 + "b\n"),
    "long-recipe": base("script")["Makefile"] + "\techo x\n" * 100_000,
    "many-prerequisites": _make("e2e-coverage: " + " ".join(f"p{n}" for n in range(100_000)) + "\n"),
    "many-variables": _make(filled("V{n} := $(V{n})", 980_000)),
    "pattern-rules": _make("%: %.x\n\tmake $*\n%.x: %\n\tmake $@\n"),
    "garbage": "\t\tx\n:::\n$(\n$($($(\nifeq\nelse\nendif\ninclude\n=\n:=\nA:=$\n\x01\n",
    "one-long-line": _make("X := " + "a" * 980_000 + "\n"),
    "wildcards": _make("X := $(wildcard */*/*/*/*/*) $(wildcard " + "*" * 3_000 + ")\n").replace(
        "./hack/", "A=$(X) ./hack/"
    ),
    "empty": "",
}

WORKFLOW_HEAD = "on: push\njobs:\n  e2e-coverage:\n    runs-on: ubuntu-latest\n    steps:\n"
WORKFLOW = {
    "bomb": BOMB + WORKFLOW_HEAD + "    - run: make e2e-coverage\n",
    "many-jobs": "on: push\njobs:\n"
    + filled("  j{n}:\n    needs: [j{n}]\n    runs-on: x\n    steps: [{run: make e2e-coverage}]", 980_000),
    "needs-in-a-ring": "on: push\njobs:\n"
    + "".join(
        f"  e2e{n}:\n    needs: [e2e0, e2e1, e2e2]\n    runs-on: x\n    steps:\n"
        "    - run: make e2e-coverage COVERAGE=1 # kind GOCOVERDIR\n"
        for n in range(3)
    ),
    "many-steps": WORKFLOW_HEAD + filled("    - run: make e2e-coverage # kind GOCOVERDIR", 980_000),
    "matrix": WORKFLOW_HEAD.replace(
        "    steps:",
        "    strategy:\n      matrix:\n"
        + "".join(f"        k{n}: [{', '.join(map(str, range(10)))}]\n" for n in range(30))
        + "    steps:",
    )
    + "    - run: make e2e-coverage GOCOVERDIR=${{ matrix.k0 }} kind\n",
    "expression": WORKFLOW_HEAD
    + "    - if: ${{ "
    + nested("(", ")", 20_000, "true")
    + " }}\n      run: make e2e-coverage # kind GOCOVERDIR\n",
    "expression-not": WORKFLOW_HEAD
    + "    - if: ${{ "
    + "!" * 50_000
    + "true }}\n      run: make e2e-coverage # kind GOCOVERDIR\n",
    "uses-itself": WORKFLOW_HEAD
    + "    - uses: ./.github/workflows/e2e.yaml\n    - uses: ./\n    - run: make e2e-coverage # kind GOCOVERDIR\n"
    "  again:\n    uses: ./.github/workflows/e2e.yaml\n",
    "env": WORKFLOW_HEAD.replace(
        "    steps:",
        "    env:\n      A0: aaaaaaaaaa\n"
        + "".join(f"      A{n + 1}: ${{{{ env.A{n} }}}}${{{{ env.A{n} }}}}\n" for n in range(50))
        + "    steps:",
    )
    + "    - run: X=${{ env.A50 }} make e2e-coverage # kind GOCOVERDIR\n",
}

EXTRA_FILES = {
    "actions-in-a-ring": {
        ".github/workflows/e2e.yaml": WORKFLOW_HEAD
        + "    - uses: ./a\n    - run: make e2e-coverage # kind GOCOVERDIR\n",
        "a/action.yml": "runs:\n  using: composite\n  steps:\n  - uses: ./b\n  - uses: ./b\n  - uses: ./a\n",
        "b/action.yml": "runs:\n  using: composite\n  steps:\n  - uses: ./a\n  - uses: ./a\n",
    },
    "makes-in-a-ring": {
        "Makefile": base("script")["Makefile"] + "\tmake -C one\n\t$(MAKE) -C two all\n",
        "one/Makefile": "all:\n\t$(MAKE) -C ../two\n\t$(MAKE) -C .. e2e-coverage\ninclude ../two/x.mk\n",
        "two/Makefile": "all:\n\t$(MAKE) -C ../one\n\t../hack/e2e.sh\ninclude ../two/x.mk\n",
        "two/x.mk": "include two/y.mk ../two/y.mk\n",
        "two/y.mk": "include two/x.mk ../two/x.mk\n",
    },
    "scripts-in-a-ring": {
        "hack/e2e.sh": base("script")["hack/e2e.sh"] + "\nhack/a.sh\nhack/a.sh\n. hack/b.sh\n",
        "hack/a.sh": "bash hack/b.sh\nbash hack/b.sh\nsource hack/a.sh\nmake e2e-coverage\n",
        "hack/b.sh": "./hack/a.sh\n./hack/a.sh\n. hack/b.sh\n./hack/e2e.sh\n",
    },
    "scripts-in-a-tree": {
        "hack/e2e.sh": base("script")["hack/e2e.sh"] + "\nhack/s0.sh\n",
        **{f"hack/s{n}.sh": f"hack/s{n + 1}.sh\nhack/s{n + 1}.sh x\n. hack/s{n + 1}.sh\n" for n in range(40)},
    },
    "kustomize-in-a-ring": {
        "hack/e2e.sh": base("script")["hack/e2e.sh"].replace("apply -f k8s/shop.yaml", "apply -k deploy"),
        "deploy/kustomization.yaml": "resources: [../base, ../deploy, ., ..]\ncomponents: [../base]\n",
        "base/kustomization.yaml": "bases: [../deploy, ../base]\nresources: [../deploy/kustomization.yaml, ../k8s/shop.yaml]\n",
        "kustomization.yaml": "resources: [deploy, base]\n",
    },
    "kustomize-in-a-tree": {
        "hack/e2e.sh": base("script")["hack/e2e.sh"].replace("apply -f k8s/shop.yaml", "apply -k d0"),
        **{
            f"d{n}/kustomization.yaml": f"resources: [../d{n + 1}, ../e{n + 1}]\nnamePrefix: {'a' * 50}\n"
            for n in range(40)
        },
        **{
            f"e{n}/kustomization.yaml": f"resources: [../d{n + 1}, ../e{n + 1}]\nnameSuffix: {'b' * 50}\n"
            for n in range(40)
        },
        "d40/kustomization.yaml": "resources: [../k8s/shop.yaml]\n",
        "e40/kustomization.yaml": "resources: [../k8s/shop.yaml]\n",
    },
    "kustomize-bomb": {
        "hack/e2e.sh": base("script")["hack/e2e.sh"].replace("apply -f k8s/shop.yaml", "apply -k deploy"),
        "deploy/kustomization.yaml": BOMB + "resources: [../k8s/shop.yaml]\n",
    },
    "kustomize-many-patches": {
        "hack/e2e.sh": base("script")["hack/e2e.sh"].replace("apply -f k8s/shop.yaml", "apply -k deploy"),
        "deploy/kustomization.yaml": "resources: [../k8s/shop.yaml]\npatches:\n"
        + "- {target: {kind: Deployment, name: '(a+)+$'}, patch: '[{op: add, path: /spec/replicas, value: 1}]'}\n"
        * 5_000,
    },
    "skaffold-bomb": {"skaffold.yaml": BOMB + "apiVersion: skaffold/v4beta6\nkind: Config\nbuild: *a29\n"},
    "skaffold-requires-itself": {
        "skaffold.yaml": "apiVersion: skaffold/v4beta6\nkind: Config\nrequires: [{path: skaffold.yaml}, {path: .}]\n"
        "build: {artifacts: [{image: shop, docker: {dockerfile: Dockerfile}}]}\n",
        "Makefile": base("script")["Makefile"].replace("./hack/e2e.sh", "skaffold run && ./hack/e2e.sh"),
    },
    "goreleaser-bomb": {".goreleaser.yaml": BOMB + "builds: *a29\n", ".ko.yaml": BOMB + "builds: *a29\n"},
}

_HELM_DEPLOY = base("script")["hack/e2e.sh"].replace(
    "kubectl apply -f k8s/shop.yaml", "helm install shop ./chart --set coverage=true -f chart/extra.yaml"
)
_CHART = {
    "hack/e2e.sh": _HELM_DEPLOY,
    "chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
    "chart/values.yaml": "coverage: false\n",
    "chart/extra.yaml": "a: b\n",
    "chart/templates/shop.yaml": base("script")["k8s/shop.yaml"],
}


def _chart(template: str, **files: str) -> dict[str, str]:
    named = {
        f"chart/{name.replace('__', '/').replace('_yaml', '.yaml').replace('_tpl', '.tpl')}": text
        for name, text in files.items()
    }
    return {**_CHART, "chart/templates/shop.yaml": template, **named}


_MANIFEST = base("script")["k8s/shop.yaml"]

HELM = {
    "bomb-in-values": _chart(_MANIFEST.replace("shop:coverage", "{{ .Values.a29 }}"), values_yaml=BOMB),
    "bomb-in-chart": _chart(_MANIFEST, Chart_yaml=BOMB + "name: shop\n"),
    "deep-values": _chart(_MANIFEST, values_yaml="x: " + nested("{a: ", "}", 50_000, "1")),
    "include-ring": _chart(
        '{{ define "a" }}{{ include "b" . }}{{ include "b" . }}{{ end }}'
        '{{ define "b" }}{{ include "a" . }}{{ end }}{{ include "a" . }}\n' + _MANIFEST
    ),
    "include-tree": _chart(
        "".join(
            f'{{{{ define "t{n}" }}}}{{{{ include "t{n + 1}" . }}}}{{{{ include "t{n + 1}" . }}}}{{{{ end }}}}'
            for n in range(60)
        )
        + '{{ define "t60" }}aaaaaaaaaa{{ end }}x: {{ include "t0" . }}\n---\n'
        + _MANIFEST
    ),
    "doubling": _chart(
        '{{ $x := "aaaaaaaaaa" }}' + '{{ $x = printf "%s%s" $x $x }}' * 60 + "x: {{ $x }}\n---\n" + _MANIFEST
    ),
    "lists-in-lists": _chart(
        "{{ $x := list 1 }}" + "{{ $x = list $x $x }}" * 60 + "x: {{ toYaml $x }}{{ $x }}\n---\n" + _MANIFEST
    ),
    "map-in-itself": _chart(
        '{{ $x := dict }}{{ $_ := set $x "a" $x }}x: {{ toJson $x }}{{ $x }}\n---\n' + _MANIFEST
    ),
    "many-long-texts": _chart(
        "".join(f'{{{{ $a{n} := repeat 190000 "a" }}}}' for n in range(10_000)) + "\n---\n" + _MANIFEST
    ),
    "many-long-lists": _chart(
        "".join(f"{{{{ $a{n} := until 9999 }}}}" for n in range(10_000)) + "\n---\n" + _MANIFEST
    ),
    "replacements": _chart(
        '{{ $x := repeat 190000 "a" }}x: {{ replace "a" $x $x }}{{ join $x (until 9999) }}\n---\n' + _MANIFEST
    ),
    "ranges": _chart(nested("{{ range until 1000 }}", "{{ end }}", 20, "a") + "\n---\n" + _MANIFEST),
    "until": _chart(
        'x: {{ until 999999999 }}\ny: {{ repeat 999999999 "a" }}\nz: {{ list 1 | indent 99999999 }}\n---\n'
        + _MANIFEST
    ),
    "deep-parens": _chart("x: {{ " + nested("(", ")", 20_000, "1") + " }}\n---\n" + _MANIFEST),
    "deep-ifs": _chart(nested("{{ if .Values.coverage }}\n", "{{ end }}\n", 20_000) + "---\n" + _MANIFEST),
    "many-actions": _chart(filled("{{ $a{n} := {n} }}", 900_000) + "---\n" + _MANIFEST),
    "pipes": _chart("x: {{ 1" + " | default 2" * 50_000 + " }}\n---\n" + _MANIFEST),
    "tpl": _chart(
        "x: {{ tpl .Values.t . }}\n---\n" + _MANIFEST,
        values_yaml='t: "{{ tpl .Values.t . }}{{ tpl .Values.t . }}"\n',
    ),
    "regex": _chart('x: {{ regexMatch "(a+)+$" "' + "a" * 5_000 + 'b" }}\n---\n' + _MANIFEST),
    "open-actions": _chart("{{ " * 100_000 + "\n---\n" + _MANIFEST),
    "numbers": _chart(
        'x: {{ mul 9999999999999 9999999999999 }}{{ div 1 0 }}{{ mod 1 0 }}{{ int "x" }}\n---\n' + _MANIFEST
    ),
    "many-templates": {**_CHART, **{f"chart/templates/t{n}.yaml": _MANIFEST for n in range(3_000)}},
    "chart-in-itself": {
        **_CHART,
        **{f"chart/{'charts/chart/' * n}Chart.yaml": "name: chart\nversion: 1.0.0\n" for n in range(60)},
    },
    "depends-on-itself": _chart(
        _MANIFEST,
        Chart_yaml="name: shop\nversion: 1.0.0\ndependencies: [{name: shop, repository: 'file://../chart'}, {name: shop, repository: 'file://.'}]\n",
    ),
}
