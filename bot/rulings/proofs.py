"""What probes prove: causes that files suggest and that a look into the running pods rules out."""

from __future__ import annotations

from collections.abc import Callable

from bot.facts.live import Backing, Live, PodSeen

Test = Callable[[Live], bool]

INSTRUMENTED = (
    "not-instrumented",
    "coverpkg-excludes-main",
    "build-arg-out-of-scope",
    "build-arg-not-passed",
    "env-overrides-arg",
    "goflags-exact-compare",
    "goflags-quoting",
    "go-too-old",
    "unsupported-toolchain",
    "wrong-binary-copied",
    "stale-image",
)
WRITABLE = (
    "gocoverdir-not-writable",
    "fsgroup-ignored",
    "user-directory-mismatch",
    "volume-read-only",
    "selinux-relabel",
    "host-directory-missing",
)
SET = (
    "gocoverdir-unset",
    "gocoverdir-wrong-container",
    "gocoverdir-set-in-code",
    "gocoverdir-test-overrides",
)
CARRIED = ("extramount-missing", "path-mismatch")


def disproved(rule: str, live: Live) -> str | None:
    """Why a cause cannot be, by what every pod showed, as a clause; None when nothing shows that."""
    for rules, test, clause in _PROOFS:
        if rule in rules and live.pods and test(live):
            return clause
    return None


def _every(test: Callable[[PodSeen], bool]) -> Test:
    return lambda live: all(test(pod) for pod in live.pods)


def _instrumented(pod: PodSeen) -> bool:
    return pod.binary is not None and pod.binary.hook


def _writable(pod: PodSeen) -> bool:
    return pod.directory is not None and pod.directory.writable is True


def _there(pod: PodSeen) -> bool:
    return pod.directory is not None and pod.directory.kind in ("directory", "symlink") and _writable(pod)


def _mounted(pod: PodSeen) -> bool:
    return pod.directory is not None and pod.directory.volume is not None


def _set(pod: PodSeen) -> bool:
    return pod.process is not None and bool(pod.process.gocoverdir)


def _absolute(pod: PodSeen) -> bool:
    return pod.process is not None and (pod.process.gocoverdir or "").startswith("/")


def _started(pod: PodSeen) -> bool:
    return pod.process is not None or (pod.phase == "Running" and pod.waiting is None)


def _direct(pod: PodSeen) -> bool:
    return pod.process is not None and pod.process.shell is None


def _carried(live: Live) -> bool:
    """Whether an extraMount stands behind the directory on every node that ran a pod."""
    used = {pod.node for pod in live.pods}
    backing = {each.node: each.backing for each in live.node_directories}
    return bool(used) and all(backing.get(node or "") is Backing.HOST for node in used)


_PROOFS: tuple[tuple[tuple[str, ...], Test, str], ...] = (
    (INSTRUMENTED, _every(_instrumented), "the running binary holds the code that writes coverage"),
    (WRITABLE, _every(_writable), "a file could be made there as the process's user"),
    (SET, _every(_set), "the running process has GOCOVERDIR"),
    (("gocoverdir-relative",), _every(_absolute), "GOCOVERDIR is absolute in the running process"),
    (("gocoverdir-missing",), _every(_there), "the directory is there and can be written to"),
    (("gocoverdir-not-mounted",), _every(_mounted), "a volume is mounted there"),
    (("image-name-mismatch",), _every(_started), "the pods run with this image name"),
    (("shell-entrypoint",), _every(_direct), "no shell stands in front of the running process"),
    (CARRIED, _carried, "an extraMount stands behind the directory on every node that ran a pod"),
)
