"""go.mod, go.work and which directory an import path means."""

from __future__ import annotations

from bot.path.golang import GoRepo, read_module
from tests.path.in_memory import Texts

FILES = {
    "go.mod": """
    module example.com/shop

    go 1.24.1

    toolchain go1.25.0

    require (
        k8s.io/api v0.34.0
        example.com/kit v1.0.0 // indirect
    )

    replace example.com/kit => ./kit
    """,
    "main.go": "package main",
    "kit/go.mod": "module example.com/kit\n",
    "kit/text/text.go": "package text",
    "e2e/go.mod": "module example.com/shop/e2e\n",
    "e2e/rig/rig.go": "package rig",
    "internal/app/app.go": "package app",
}


def test_a_module() -> None:
    module = read_module(Texts(FILES), "internal/app")
    assert module is not None
    assert (module.path, module.directory) == ("example.com/shop", "")
    assert module.go is not None
    assert (module.go.value, module.go.evidence.line) == ("1.24.1", 3)
    assert module.toolchain is not None
    assert module.requires == ("k8s.io/api", "example.com/kit")
    assert [(replace.name, replace.value) for replace in module.replaces] == [("example.com/kit", "./kit")]
    assert module.nested == ("e2e", "kit")
    assert not module.vendored


def test_no_module() -> None:
    assert read_module(Texts({"main.go": "package main"})) is None


def test_import_paths_to_directories() -> None:
    repo = GoRepo(Texts(FILES))
    assert repo.directory_of("example.com/shop/internal/app", "") == "internal/app"
    assert repo.directory_of("example.com/kit/text", "internal/app") == "kit/text"
    assert repo.directory_of("example.com/shop/e2e/rig", "e2e/rig") == "e2e/rig"
    assert repo.directory_of("example.com/shop/internal/app", "e2e/rig") == "internal/app"
    assert repo.directory_of("k8s.io/api/core/v1", "") is None
    assert repo.directory_of("fmt", "") is None


def test_files_are_read_once_and_the_likeliest_first() -> None:
    files = {
        f"rig/{name}.go": f"package rig\nfunc {name.title()}Up() {{}}\n"
        for name in ("orders", "carts", "users")
    }
    texts = Texts({"go.mod": "module example.com/shop\n", **files})
    repo = GoRepo(texts)
    assert repo.lookup("rig", "OrdersUp") is not None
    assert repo.lookup("rig", "OrdersUp") is not None
    assert texts.reads == ["rig/orders.go"]


def test_a_spent_budget_is_said() -> None:
    files = {f"rig/{name}.go": "package rig\n" for name in ("a", "b", "c")}
    repo = GoRepo(Texts({"go.mod": "module example.com/shop\n", **files}), max_files=1)
    assert repo.lookup("rig", "DeployAll") is None
    assert "rig.DeployAll" in repo.unread
