"""What package main says about how the service ends."""

from __future__ import annotations

import pytest

from bot.facts.build import MainPackage
from bot.path.golang import GoRepo, read_main
from tests.path.golang.suites import GO_MOD
from tests.path.in_memory import Texts

IMPORTS = """
package main

import (
    "context"
    "net/http"
    "os"
    "os/signal"
    "syscall"
    "time"

    "example.com/shop/internal/app"
    "github.com/acme/runner"
    ctrl "sigs.k8s.io/controller-runtime"
)
"""


def main(body: str, files: dict[str, str] | None = None, top: str = "") -> MainPackage:
    text = IMPORTS.removeprefix("\n") + top + "\nfunc main() {\n" + body + "\n}\n"
    found = read_main(
        GoRepo(Texts({"go.mod": GO_MOD, "cmd/orders/main.go": text, **(files or {})})), "cmd/orders"
    )
    assert found is not None
    return found


HANDLED = [
    "c := make(chan os.Signal, 1)\nsignal.Notify(c, syscall.SIGINT, syscall.SIGTERM)",
    "c := make(chan os.Signal, 1)\nsignal.Notify(c)",
    "ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)",
    "mgr.Start(ctrl.SetupSignalHandler())",
]


@pytest.mark.parametrize("body", HANDLED)
def test_sigterm_is_handled(body: str) -> None:
    assert main(body).handles_sigterm is True


NOT_HANDLED = [
    'http.ListenAndServe(":80", nil)',
    "c := make(chan os.Signal, 1)\nsignal.Notify(c, os.Interrupt)",
    "signal.Ignore(syscall.SIGTERM)",
]


@pytest.mark.parametrize("body", NOT_HANDLED)
def test_sigterm_is_not_handled(body: str) -> None:
    assert main(body).handles_sigterm is False


def test_a_handler_in_another_package_is_found() -> None:
    app = """
    package app

    import (
        "os"
        "os/signal"
        "syscall"
    )

    func Run() error { return wait() }

    func wait() error {
        c := make(chan os.Signal, 1)
        signal.Notify(c, syscall.SIGTERM)
        <-c
        return nil
    }
    """
    found = main("app.Run()", {"internal/app/app.go": app})
    assert found.handles_sigterm is True
    assert found.code[0].evidence.place == "internal/app/app.go:13"


def test_an_unknown_framework_may_handle_it() -> None:
    found = main("runner.Run()")
    assert found.handles_sigterm is None
    assert found.reason_unknown is not None
    assert "github.com/acme/runner.Run" in found.reason_unknown


def test_a_handler_in_a_function_that_nothing_calls_does_not_count() -> None:
    unused = "\nfunc unused() {\n\tsignal.Notify(make(chan os.Signal, 1), syscall.SIGTERM)\n}\n"
    assert main('http.ListenAndServe(":80", nil)', top=unused).handles_sigterm is False


def test_signals_in_a_variable() -> None:
    top = "\nvar ends = []os.Signal{os.Interrupt, syscall.SIGTERM}\n"
    assert main("signal.Notify(make(chan os.Signal, 1), ends...)", top=top).handles_sigterm is True


def test_hard_exits_and_what_main_sets() -> None:
    found = main("""
    os.Setenv("GOCOVERDIR", "/cov")
    os.Chdir("/srv")
    ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
    srv.Shutdown(ctx)
    syscall.Exit(1)
""")
    assert [(fact.kind, fact.value) for fact in found.code] == [
        ("set-gocoverdir", "/cov"),
        ("chdir", "/srv"),
        ("shutdown-timeout", "20"),
        ("hard-exit", "syscall.Exit"),
    ]
    assert found.import_path == "example.com/shop/cmd/orders"
    assert found.evidence.excerpt == "func main() {"


def test_os_exit_is_a_normal_exit() -> None:
    assert main("os.Exit(0)").code == ()


def test_a_library_is_no_main() -> None:
    assert (
        read_main(GoRepo(Texts({"go.mod": GO_MOD, "pkg/a.go": "package a\nfunc main() {}\n"})), "pkg") is None
    )
