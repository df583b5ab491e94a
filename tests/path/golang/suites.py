"""Small suites in the manner of real ones, for tests of the Go reader."""

from __future__ import annotations

from bot.path.golang import GoRepo, SuiteReading, read_suite
from tests.path.in_memory import Texts

HEAD = """
package orders

import (
    "context"
    "fmt"
    "os"
    "os/exec"
    "path/filepath"
    "strings"
    "testing"
    "time"

    . "github.com/onsi/ginkgo/v2"
    . "github.com/onsi/gomega"

    appsv1 "k8s.io/api/apps/v1"
    corev1 "k8s.io/api/core/v1"
    apierrors "k8s.io/apimachinery/pkg/api/errors"
    metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
    "k8s.io/apimachinery/pkg/util/wait"
    "sigs.k8s.io/kind/pkg/apis/config/v1alpha4"
    "sigs.k8s.io/kind/pkg/cluster"

    "example.com/shop/test/rig"
)
"""
GO_MOD = "module example.com/shop\n\ngo 1.24\n"


def shop(suite: str, files: dict[str, str] | None = None) -> Texts:
    """A repo with one suite in test/e2e/orders; the suite's head is put before its text."""
    return Texts(
        {"go.mod": GO_MOD, "test/e2e/orders/suite_test.go": HEAD.removeprefix("\n") + suite, **(files or {})}
    )


def read(suite: str, files: dict[str, str] | None = None, **more: str) -> SuiteReading:
    """What the reader says of a suite; `more` are environment variables of the run."""
    return read_suite(GoRepo(shop(suite, files)), "test/e2e/orders", env=more, words=("orders",))


def after(body: str, files: dict[str, str] | None = None) -> SuiteReading:
    """A suite that has only an AfterSuite with this body."""
    return read("var _ = AfterSuite(func() {\n" + body + "\n})\n", files)


def before(body: str, files: dict[str, str] | None = None) -> SuiteReading:
    """A suite that has only a BeforeSuite with this body."""
    return read("var _ = BeforeSuite(func() {\n" + body + "\n})\n", files)
