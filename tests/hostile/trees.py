"""Repos whose listing attacks: odd names, links that lead out, files that are no text."""

from __future__ import annotations

from tests.git_repo import Content, Submodule, Symlink
from tests.hostile.bases import base

LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 1234\n"
ROLES = {
    "script": (
        "Dockerfile",
        "Makefile",
        "hack/e2e.sh",
        "hack/kind.yaml",
        "k8s/shop.yaml",
        "cmd/shop/main.go",
        "go.mod",
    ),
    "go-suite": (
        "test/e2e/shop/suite_test.go",
        "test/infrastructure/shop.go",
        "test/infrastructure/kind-shop-config.yaml",
        "Dockerfile",
        "go.mod",
    ),
}
KINDS: dict[str, Content] = {
    "a symlink out of the repo": Symlink("../../../../etc/passwd"),
    "an absolute symlink": Symlink("/etc/passwd"),
    "a symlink to itself": Symlink("."),
    "a symlink to nowhere": Symlink("nowhere"),
    "a submodule": Submodule(),
    "an LFS pointer": LFS,
    "a binary": b"\x7fELF\0\0\0" * 1000,
    "100 MB": b"",
    "a file just too large": b"x" * 1_000_000,
    "invalid UTF-8": b"\xff\xfe\xc3\x28\xa0\xa1" * 1000,
    "empty": b"",
    "line ends only": b"\r\n\r\r\n\n" * 1000,
    "byte order marks": b"\xef\xbb\xbf" * 100,
}


def crlf(name: str) -> dict[str, Content]:
    """A healthy repo with the line ends and the byte order marks of Windows."""
    return {path: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode() for path, text in base(name).items()}


ODD_NAMES = (
    "$(rm -rf .)",
    "`touch x`",
    "a;b",
    "new\nline",
    'quo"te',
    "apo'strophe",
    "tab\tbed",
    "sp ace",
    "*",
    "[bold]",
    "<!channel>",
    "\x1b[31mred",
    "\u202edesrever",
    "-rf",
    "--help",
    "%s%n",
    "${HOME}",
    "{{ .x }}",
    "ünïcödé",
    "a" * 250,
)


def odd_names() -> dict[str, Content]:
    """Every kind of file below, and named with, odd words."""
    files: dict[str, Content] = {}
    for word in ODD_NAMES:
        files[f"cmd/{word}/main.go"] = "package main\nfunc main() {}\n"
        files[f"docker/{word}.Dockerfile"] = (
            f"FROM golang\nRUN go build -o /x './cmd/{word}'\nFROM scratch\nCOPY --from=0 /x /x\n"
        )
        files[f"test/e2e/{word}/suite_test.go"] = base("go-suite")["test/e2e/shop/suite_test.go"]
        files[f"test/kind-{word}.yaml"] = base("script")["hack/kind.yaml"]
    return {_quoted(path): content for path, content in files.items()}


def _quoted(path: str) -> str:
    """A path as git fast-import reads it."""
    special = {"\\": "\\\\", '"': '\\"', "\n": "\\n"}
    return '"' + "".join(special.get(char, char) for char in path) + '"'


def long_path(depth: int = 400) -> str:
    return "/".join(["deeper"] * depth)


TREES: dict[str, dict[str, Content]] = {
    "odd names": odd_names(),
    "long paths": {f"{long_path()}/{name}": text for name, text in base("script").items()},
    "a file named as a folder elsewhere": {
        "cmd/shop/main.go/x.go": "package x\n",
        "Dockerfile/Dockerfile": "FROM x\n",
    },
    "many empty files": {f"many/{n % 300}/{n}.yaml": b"" for n in range(60_000)},
    "many Dockerfiles": {f"d{n}/Dockerfile": f"FROM golang\nRUN go build ./cmd/c{n}\n" for n in range(2_000)},
    "many mains": {f"cmd/c{n}/main.go": "package main\nfunc main() {}\n" for n in range(3_000)},
    "many suites": {f"test/e2e/s{n}/shop_test.go": "package s\n" for n in range(3_000)},
    "many workflows": {
        f".github/workflows/e2e-coverage{n}.yaml": "on: push\njobs: {a: {runs-on: x}}\n" for n in range(2_000)
    },
    "many scripts": {
        f"hack/coverage-e2e{n}.sh": "GOCOVERDIR=x go test ./...\nkind create cluster\n" for n in range(2_000)
    },
    "links in a ring": {"test": Symlink("loop"), "loop": Symlink("test"), "cmd/shop/up": Symlink("../..")},
    "a suite behind a link": {"test/e2e/shop": Symlink("../../elsewhere"), "elsewhere": Symlink("/tmp")},
}
