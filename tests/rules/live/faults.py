"""Faults, one at a time, as the probes would see them: (rule that must come first, what, the run)."""

from __future__ import annotations

from dataclasses import replace

from bot.facts.live import Backing, DataProblem, FileSeen, Live
from bot.facts.workload import Container, EnvVar, Security, Volume, VolumeMount
from bot.model import Symptom
from tests.rules.live import builders as b

EMPTY_DIR = (Volume("coverage", "emptyDir", b.at(31)),)
NO_FILE = 'error: coverage meta-data emit failed: output directory "/var/coverage" inaccessible (err: stat '
NO_FILE += "/var/coverage: no such file or directory)"


def own_layer(**changes: object) -> Live:
    """No volume at the directory: what was there is gone."""
    workload = b.with_container(mounts=())
    lost = DataProblem("gocoverdir-not-mounted", "no volume is mounted there")
    files = b.files(Symptom.NOTHING, volume="container", problems=(lost,))
    made = {"workload": replace(workload, volumes=()), "files": files, "node_directories": ()}
    return b.live(b.pod(directory=b.OWN_LAYER), **{**made, **changes})


def two_containers() -> Live:
    sidecar = Container("proxy", b.setting("image", "proxy:1"), b.at(40), env=b.environment(b.DIRECTORY))
    own = replace(b.workload().containers[0], env=())
    return b.nothing(
        b.pod(process=b.process(gocoverdir=None), directory=None),
        workload=b.workload(containers=(own, sidecar)),
    )


def at_path(value: str, **directory: object) -> Live:
    """GOCOVERDIR at another path, in the live object too."""
    env = b.environment(value)
    seen = b.directory(path=value, **directory)
    return b.nothing(
        b.pod(process=b.process(gocoverdir=value), directory=seen), workload=b.with_container(env=env)
    )


def two_nodes(*backings: Backing, **changes: object) -> Live:
    names = ("shop-control-plane", "shop-worker")
    behind = tuple(b.behind(backing, on=name) for name, backing in zip(names, backings, strict=True))
    nodes = (b.node(), b.node("shop-worker", "worker"))
    return b.live(nodes=nodes, node_directories=behind, **changes)


FS_GROUP = b.workload(security=Security(fs_group=b.setting("fsGroup", "2000")))
READ_ONLY_ROOT = replace(
    b.with_container(
        mounts=(), security=Security(read_only_root=b.setting("readOnlyRootFilesystem", "true"))
    ),
    volumes=(),
)
PANIC = ("panic: assignment to entry in nil map", "goroutine 7 [running]:")
BAD_PKG = ("runtime: package ID 0 of hard coded", "fatal error: runtime.addCovMeta: bad pkgID")

OLD = FileSeen("covcounters.ffffffffffffffffffffffffffffffff.1.1700000000000000000", 300, 10.0)
DATA = ("collect-nested", "counters-renamed", "counters-truncated", "mixed-covermode", "mixed-builds")

FAULTS: tuple[tuple[str, str, Live], ...] = (
    ("not-instrumented", "plain binary", b.nothing(b.pod(binary=b.PLAIN))),
    (
        "coverpkg-excludes-main",
        "-cover=true without the hook",
        b.nothing(b.pod(binary=b.binary(hook=False, rule="coverpkg-excludes-main"))),
    ),
    (
        "coverpkg-too-broad",
        "crash loop",
        b.nothing(
            b.not_running("CrashLoopBackOff", restarts=3, last=b.ended(2), crash_lines=BAD_PKG),
        ),
    ),
    (
        "not-instrumented",
        "or main left out, in a Go that does not note it",
        b.nothing(b.pod(binary=replace(b.PLAIN, go="go1.21.13", cover=None, rule=None))),
    ),
    ("go-too-old", "Go 1.19", b.nothing(b.pod(binary=replace(b.PLAIN, go="go1.19.13", cover=None)))),
    (
        "image-name-mismatch",
        "never pulled",
        b.nothing(b.not_running("ErrImageNeverPull", image="shop:coverage"), files=None),
    ),
    (
        "image-name-mismatch",
        "cannot be pulled",
        b.nothing(b.not_running("ImagePullBackOff", image="localhost/shop:coverage"), files=None),
    ),
    (
        "stale-image",
        "two images under one tag",
        b.live(
            b.pod("shop-1"),
            b.pod("shop-2", binary=b.PLAIN, image_id="sha256:" + "b" * 64),
        ),
    ),
    (
        "shell-entrypoint",
        "killed after the grace period",
        b.meta_only(
            b.pod(
                process=b.process(first=("/bin/sh", "-c", "/shop; true"), pid=7, shell="sh", children=1),
                stop=b.KILLED,
            )
        ),
    ),
    (
        "user-directory-mismatch",
        "the image's directory is another user's",
        own_layer(pods=(b.pod(directory=replace(b.DENIED, volume=None, uid=1000, fstype="overlay")),)),
    ),
    (
        "gocoverdir-unset",
        "not in the environment",
        b.nothing(
            b.pod(process=b.process(gocoverdir=None), directory=None), workload=b.with_container(env=())
        ),
    ),
    (
        "gocoverdir-unset",
        "empty",
        b.nothing(
            b.pod(process=b.process(gocoverdir=""), directory=None),
            workload=b.with_container(env=b.environment("")),
        ),
    ),
    (
        "gocoverdir-unset",
        "only the log says so",
        b.nothing(
            b.pod(
                process=None,
                directory=None,
                stop=b.stop(coverage_lines=("warning: GOCOVERDIR not set, no coverage data emitted",)),
            ),
            workload=b.with_container(env=()),
        ),
    ),
    ("gocoverdir-wrong-container", "on the sidecar", two_containers()),
    (
        "gocoverdir-overridden",
        "set twice in the pod",
        b.nothing(
            b.pod(process=b.process(gocoverdir="/tmp/cov"), directory=replace(b.OWN_LAYER, path="/tmp/cov")),
            workload=b.with_container(
                env=(*b.environment(b.DIRECTORY), EnvVar("GOCOVERDIR", "/tmp/cov", b.at(25)))
            ),
        ),
    ),
    (
        "gocoverdir-overridden",
        "by the start command",
        b.nothing(
            b.pod(process=b.process(gocoverdir="/tmp/cov"), directory=replace(b.OWN_LAYER, path="/tmp/cov"))
        ),
    ),
    (
        "gocoverdir-relative",
        "and a chdir",
        b.meta_only(
            b.pod(
                process=b.process(gocoverdir="cov", cwd="/data"),
                directory=replace(b.OWN_LAYER, path="/data/cov"),
            ),
            workload=b.with_container(env=b.environment("cov")),
        ),
    ),
    ("gocoverdir-not-mounted", "own layer", own_layer()),
    (
        "gocoverdir-missing",
        "mounted elsewhere",
        b.nothing(
            b.pod(
                process=b.process(gocoverdir="/coverage"),
                directory=b.directory(path="/coverage", kind=None, volume=None, writable=None, mode=None),
            ),
            workload=b.with_container(env=b.environment("/coverage")),
        ),
    ),
    (
        "gocoverdir-missing",
        "below the mount",
        at_path("/var/coverage/unit", kind=None, uid=None, mode=None, writable=None, error="No such file"),
    ),
    ("gocoverdir-not-a-directory", "a file", at_path("/var/coverage/x", kind="file", writable=False)),
    ("gocoverdir-not-writable", "root's 0755", b.nothing(b.pod(directory=b.DENIED))),
    (
        "gocoverdir-not-writable",
        "root without capabilities",
        b.nothing(b.pod(process=b.process(uid=0, gid=0), directory=replace(b.DENIED, uid=1000))),
    ),
    (
        "gocoverdir-not-writable",
        "only the log says so",
        b.nothing(
            b.pod(
                process=None,
                directory=None,
                first_coverage_lines=("error: coverage meta-data emit failed: open x: permission denied",),
            )
        ),
    ),
    ("fsgroup-ignored", "hostPath", b.nothing(b.pod(directory=b.DENIED), workload=FS_GROUP)),
    ("selinux-relabel", "0777 and refused", b.nothing(b.pod(directory=replace(b.DENIED, mode="777")))),
    (
        "volume-read-only",
        "the mount",
        b.nothing(
            b.pod(directory=b.directory(writable=False, read_only=True, error="Read-only file system")),
            workload=b.with_container(
                mounts=(VolumeMount("coverage", b.DIRECTORY, b.at(28), read_only=True),)
            ),
        ),
    ),
    (
        "volume-read-only",
        "the root file system",
        own_layer(
            pods=(b.pod(directory=replace(b.OWN_LAYER, writable=False, error="Read-only file system")),),
            workload=READ_ONLY_ROOT,
        ),
    ),
    (
        "restart-discards",
        "own layer",
        own_layer(pods=(b.pod(directory=b.OWN_LAYER, restarts=2, last=b.ended(1)),)),
    ),
    (
        "directory-created-late",
        "the log says so",
        b.live(b.pod(first_coverage_lines=(NO_FILE,)), files=b.files(Symptom.COUNTERS_ONLY)),
    ),
    ("directory-created-late", "no line", b.live(files=b.files(Symptom.COUNTERS_ONLY))),
    (
        "host-directory-missing",
        "type Directory",
        b.nothing(
            b.not_running("ContainerCreating"),
            files=None,
            events=(
                b.event(
                    "FailedMount",
                    'MountVolume.SetUp failed for volume "coverage" : hostPath type check failed: '
                    "/var/coverage is not a directory",
                ),
            ),
        ),
    ),
    ("no-signal-handler", "exit 2", b.meta_only(b.pod(stop=b.stop(2, 0.2)))),
    ("no-signal-handler", "signal 15", b.meta_only(b.pod(stop=b.stop(143, 0.2, signal=15)))),
    ("grace-too-short", "5 s", b.meta_only(b.pod(stop=b.stop(137, 5.1, 5)))),
    (
        "grace-too-short",
        "still logging",
        b.meta_only(b.pod(stop=b.stop(137, 30.1, lines=("draining 9", "draining 8", "draining 7")))),
    ),
    ("shutdown-blocked", "silence", b.meta_only(b.pod(stop=b.KILLED))),
    (
        "shutdown-blocked",
        "one word",
        b.meta_only(b.pod(stop=replace(b.KILLED, lines=("SIGTERM received",)))),
    ),
    ("hard-exit", "syscall.Exit(0)", b.meta_only(b.pod(stop=b.stop(0, 0.2)))),
    ("hard-exit", "killed by another", b.meta_only(b.pod(stop=b.stop(137, 1.0)))),
    ("panic-exit", "at the stop", b.meta_only(b.pod(stop=b.stop(2, 0.4, panic=True, lines=PANIC)))),
    ("oom-killed", "at the stop", b.meta_only(b.pod(stop=b.stop(137, 0.9, reason="OOMKilled")))),
    (
        "oom-killed",
        "crash loop",
        b.meta_only(b.not_running("CrashLoopBackOff", restarts=4, last=b.ended(137, "OOMKilled"))),
    ),
    (
        "never-stopped",
        "runs on",
        b.meta_only(b.pod(stop=replace(b.stop(seconds=61.0), ended=None)), scaled_back="argocd"),
    ),
    (
        "file-argument-build",
        "main.go as argument",
        b.live(b.pod(binary=b.binary(main="command-line-arguments"))),
    ),
    *(
        (rule, "in the data", b.live(files=b.files(problems=(DataProblem(rule, f"{rule} it is"),))))
        for rule in (
            "collect-nested",
            "counters-renamed",
            "counters-truncated",
            "mixed-covermode",
            "mixed-builds",
        )
    ),
)


REPO_FAULTS: tuple[tuple[str, str, Live], ...] = (
    ("stale-image", "the files pass -cover", b.nothing(b.pod(binary=b.PLAIN))),
    (
        "emptydir-lost",
        "read on the host",
        b.live(workload=b.workload(volumes=EMPTY_DIR), node_directories=()),
    ),
    ("extramount-wrong-node", "the other node has it", two_nodes(Backing.NODE, Backing.HOST)),
    (
        "extramount-wrong-node",
        "one of two pods",
        two_nodes(Backing.HOST, Backing.NODE, pods=(b.pod("shop-1"), b.pod("shop-2", node="shop-worker"))),
    ),
    (
        "path-mismatch",
        "another hostPath",
        b.live(
            workload=b.workload(volumes=(Volume("coverage", "hostPath", b.at(31), path="/srv/cov"),)),
            node_directories=(b.behind(Backing.NODE, path="/srv/cov"),),
        ),
    ),
)
"""Faults that show only beside the repo `tests/rules/base/script`, which reads the files on the host."""

LIVE_FAULTS: tuple[tuple[str, str, Live], ...] = (
    ("stale-data", "older counters", b.live(files=b.files(stale=(OLD,)))),
    ("stale-data", "older counters only", b.nothing(files=b.files(Symptom.NOTHING, stale=(OLD,)))),
)
"""Faults where that repo would have had a say: it empties the directory."""
