"""The shop's images, built on this machine with one build cache and brought onto the nodes at once."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.kind.live import LiveCluster

SERVICES = Path(__file__).parent / "services"
COVER = ("-cover", "-coverpkg=./...")

BINARIES: Mapping[str, tuple[str, ...]] = {
    "cover": (*COVER, "-covermode=atomic", "./cmd/shop"),
    "older": (*COVER, "-covermode=atomic", "-tags=older", "./cmd/shop"),
    "set": (*COVER, "-covermode=set", "./cmd/shop"),
    "plain": ("./cmd/shop",),
    "no-main": ("-cover", "-coverpkg=./internal/...", "./cmd/shop"),
    "file-argument": ("-cover", "./cmd/shop/main.go"),
    "setenv": (*COVER, "./cmd/setenv"),
}

DISTROLESS = """\
FROM gcr.io/distroless/static-debian12:nonroot
COPY shop /usr/local/bin/shop
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/shop"]
"""
BUSYBOX = """\
FROM busybox:1.36
COPY shop /usr/local/bin/shop
{steps}
USER 65532:65532
{entrypoint}
"""
DIRECT = 'ENTRYPOINT ["/usr/local/bin/shop"]'
SCRIPT = 'ENTRYPOINT ["/entrypoint.sh"]'


@dataclass(frozen=True, slots=True)
class Image:
    """A Dockerfile around one of the binaries; `files` are further files of its build context."""

    binary: str
    dockerfile: str = DISTROLESS
    files: Mapping[str, str] | None = None


def _busybox(steps: str = "", entrypoint: str = DIRECT, script: str = "") -> Image:
    text = BUSYBOX.format(steps=steps, entrypoint=entrypoint)
    return Image("cover", text, {"entrypoint.sh": script} if script else None)


IMAGES: Mapping[str, Image] = {
    "cover": Image("cover"),
    "set": Image("set"),
    "plain": Image("plain"),
    "no-main": Image("no-main"),
    "file-argument": Image("file-argument"),
    "setenv": Image("setenv"),
    "shell-form": _busybox(entrypoint="ENTRYPOINT /usr/local/bin/shop && echo the shop has closed"),
    "script": _busybox(
        "COPY entrypoint.sh /entrypoint.sh",
        SCRIPT,
        '#!/bin/sh\necho starting the shop\n/usr/local/bin/shop "$@"\necho the shop has closed\n',
    ),
    "script-exec": _busybox(
        "COPY entrypoint.sh /entrypoint.sh",
        SCRIPT,
        '#!/bin/sh\necho starting the shop\nexec /usr/local/bin/shop "$@"\n',
    ),
    "script-forwards": _busybox(
        "COPY entrypoint.sh /entrypoint.sh",
        SCRIPT,
        "#!/bin/sh\n/usr/local/bin/shop &\nshop=$!\ntrap 'kill -TERM $shop' TERM\nwait $shop\nwait $shop\n",
    ),
    "own-directory": _busybox("RUN mkdir /coverdata && chown 65532:65532 /coverdata"),
    "other-directory": _busybox(
        "RUN mkdir /coverdata && chown 1001:1001 /coverdata && chmod 0755 /coverdata"
    ),
}

MULTI_STAGE = "multi-stage"
STALE = "e2e"


def tag(name: str) -> str:
    """The image's full name."""
    return f"localhost/mx-shop:{name}"


def build_binaries(folder: Path, names: Sequence[str] = tuple(BINARIES)) -> None:
    """`folder/NAME/shop` for each name."""
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda name: _go_build(folder / name, BINARIES[name]), names))


def _go_build(folder: Path, words: tuple[str, ...]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    command = ["go", "build", "-buildvcs=false", "-o", str(folder / "shop"), *words]
    _run(command, SERVICES, {"CGO_ENABLED": "0"})


def build_images(folder: Path) -> None:
    """Build all binaries into `folder`, then every image."""
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(_build_multi_stage)
        build_binaries(folder)
        list(pool.map(lambda name: _docker_build(folder, name, IMAGES[name]), IMAGES))
        slow.result()


def load_images(cluster: LiveCluster) -> None:
    """Bring all images onto the nodes; under the tag `e2e` an older one without instrumentation stays there,
    while the Docker engine's own `e2e` is instrumented by now: nobody loaded it again."""
    _run(["docker", "tag", tag("plain"), tag(STALE)])
    cluster.load(*(tag(name) for name in IMAGES), tag(MULTI_STAGE), tag(STALE))
    _run(["docker", "tag", tag(MULTI_STAGE), tag(STALE)])


def _build_multi_stage() -> None:
    flags = f"GO_BUILD_FLAGS={' '.join(COVER)}"
    _run(["docker", "build", "-q", "--build-arg", flags, "-t", tag(MULTI_STAGE), str(SERVICES)])


def _docker_build(folder: Path, name: str, image: Image) -> None:
    context = folder / f"image-{name}"
    context.mkdir(exist_ok=True)
    shutil.copy2(folder / image.binary / "shop", context / "shop")
    (context / "Dockerfile").write_text(image.dockerfile, "utf-8")
    for path, text in (image.files or {}).items():
        (context / path).write_text(text, "utf-8")
        (context / path).chmod(0o755)
    _run(["docker", "build", "-q", "-t", tag(name), str(context)])


def _run(command: list[str], cwd: Path | None = None, more: Mapping[str, str] | None = None) -> None:
    import os

    environment = {**os.environ, **(more or {})}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr[-2000:]}"
