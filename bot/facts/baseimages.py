"""What is known of public base images: no repo holds it, so each row names its source."""

from __future__ import annotations

import re

_NO_GOFLAGS = (
    # docker-library/golang Dockerfiles: ENV GOLANG_VERSION, GOTOOLCHAIN, GOPATH, PATH and nothing else
    r"(docker\.io/|public\.ecr\.aws/docker/)?(library/)?golang",
    # Red Hat go-toolset: ENV NAME, VERSION, GO_*; kubernaut passes GOFLAGS to builds on it
    r"registry\.(access\.)?redhat\.(com|io)/(ubi\d+|rhel\d+)/go-toolset",
    # distributions have no Go and set no GOFLAGS
    r"(docker\.io/)?(library/)?(scratch|alpine|debian|ubuntu|busybox|fedora|rockylinux|almalinux)",
    r"gcr\.io/distroless/.*",
    r"registry\.(access\.)?redhat\.(com|io)/ubi\d+(/ubi(-minimal|-micro|-init)?)?",
    r"(mirror\.gcr\.io|cgr\.dev)/(library/golang|chainguard/go)",
    r"mcr\.microsoft\.com/oss/go/microsoft/golang",
)

_GOFLAGS = (
    # openshift/release builders: repos reset it with `ENV GOFLAGS=''` to get rid of -mod=vendor
    r"(registry\.ci\.openshift\.org/)?(ocp|openshift)/(builder|release)",
)

_ROOT_IMAGES = frozenset({"scratch", "alpine", "debian", "ubuntu", "busybox", "golang", "fedora"})
_ROOT_UBI = frozenset({"ubi", "ubi-minimal", "ubi-micro", "rockylinux", "almalinux"})


def repository(image: str) -> str:
    """An image reference without tag and digest."""
    name = image.partition("@")[0]
    head, slash, tail = name.rpartition("/")
    return f"{head}{slash}{tail.partition(':')[0]}"


def sets_goflags(image: str) -> str | None:
    """What a base image sets for GOFLAGS: "" for nothing, the setting, or None when it is not known."""
    name = repository(image)
    if any(re.fullmatch(pattern, name) for pattern in _NO_GOFLAGS):
        return ""
    if any(re.fullmatch(pattern, name) for pattern in _GOFLAGS):
        return "GOFLAGS=-mod=vendor"
    return None


def go_version(image: str) -> tuple[int, int] | None:
    """The Go version that a builder image's tag tells (`golang:1.19-alpine`), or None."""
    name, _, tag = image.partition("@")[0].rpartition(":")
    if not re.search(r"golang|go-toolset|builder", repository(image)) or "/" in tag:
        return None
    found = re.search(r"(?:^|golang-|go)v?(1)\.(\d+)", tag) if name else None
    return (int(found[1]), int(found[2])) if found else None


def shell_kind(image: str) -> str | None:
    """What `/bin/sh` is in a base image: `bash`, `dash`, `busybox`, `none`, or None when not known."""
    name = repository(image)
    short = name.rpartition("/")[2]
    if short in ("scratch",) or ("distroless" in name and "debug" not in image):
        return "none"
    if short in ("debian", "ubuntu") or (short == "golang" and "alpine" not in image):
        return "dash"
    if short in ("alpine", "busybox") or "alpine" in image or "distroless" in name:
        return "busybox"
    bash = ("fedora", "centos", "rockylinux", "almalinux", "amazonlinux", "ubi", "ubi-minimal", "ubi-micro")
    return "bash" if short in bash or re.fullmatch(r"ubi\d+", short) else None


def base_image_uid(base: str) -> int | None:
    """The uid of well-known base images; None when unknown.

    distroless `:nonroot` tags run as 65532 (GoogleContainerTools/distroless README); scratch, the
    distributions, golang and Red Hat's ubi images run as root (no USER in them), go-toolset as 1001.
    """
    name = base.partition("@")[0]
    if "distroless" in name:
        return 65532 if "nonroot" in name.rpartition(":")[2] else 0
    short = repository(base).rpartition("/")[2]
    if short == "go-toolset":
        return 1001
    return 0 if short in _ROOT_IMAGES | _ROOT_UBI or re.fullmatch(r"ubi\d+", short) else None
