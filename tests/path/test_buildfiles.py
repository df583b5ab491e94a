"""skaffold, ko and goreleaser: what their files make them build and deploy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.facts.build import Setting
from bot.facts.events import Deploy, ImageBuild
from bot.model import Evidence, RepoRef
from bot.path.builds.goreleaser import read_goreleaser
from bot.path.builds.ko import read_ko
from bot.path.builds.skaffold import read_skaffold
from bot.repo.base import File, text_file

SKAFFOLD = """\
apiVersion: skaffold/v4beta12
kind: Config
build:
  artifacts:
  - image: shop-server
    context: src
    docker:
      dockerfile: docker/Dockerfile
      target: run
      buildArgs: {GOFLAGS: -cover, TOKEN: null}
  - image: other
    ko: {main: ./cmd/other, flags: [-cover]}
manifests:
  rawYaml: [k8s/a.yaml]
  kustomize: {paths: [overlays/e2e]}
  helm:
    releases:
    - name: shop
      chartPath: charts/shop
      valuesFiles: [values-e2e.yaml]
      namespace: e2e
      setValues:
        coverage.enabled: "false"
        env:
        - {name: A, value: b}
      setValueTemplates:
        image: "{{.IMAGE_FULLY_QUALIFIED_shop_server}}"
profiles:
- name: fast
  build: {artifacts: []}
- name: cov
  patches:
  - op: replace
    path: /manifests/helm/releases/0/setValues/coverage.enabled
    value: true
  - path: /manifests/helm/releases/0/namespace
    value: cov
"""


def file(path: str, text: str) -> File:
    return text_file(path, text, "0", RepoRef("r", "0" * 40))


def goflags(value: str) -> tuple[Setting, ...]:
    return (Setting("GOFLAGS", value, Evidence("Makefile", 1, 1)),)


def test_skaffold_builds_and_deploys() -> None:
    reading = read_skaffold(file("app/skaffold.yaml", SKAFFOLD), ["fast"])
    deploys = [event for event in reading.events if isinstance(event, Deploy)]
    assert [(d.method, d.source) for d in deploys] == [
        ("helm", "app/charts/shop"),
        ("kubectl", "app/k8s/a.yaml"),
        ("kustomize", "app/overlays/e2e"),
    ]
    helm = deploys[0]
    assert (helm.namespace, helm.values_files) == ("e2e", ("app/values-e2e.yaml",))
    assert [(s.name, s.value, s.evidence.line) for s in helm.values] == [
        ("coverage.enabled", "false", 23),
        ("env[0].name", "A", 25),
        ("env[0].value", "b", 25),
        ("image", "${IMAGE_FULLY_QUALIFIED_shop_server}:${tag by skaffold}", 27),
    ]
    assert not [event for event in reading.events if isinstance(event, ImageBuild)]
    assert (reading.profiles, reading.active, reading.missing) == (("fast", "cov"), ("fast",), ())


def test_skaffold_patches_of_a_profile() -> None:
    reading = read_skaffold(file("skaffold.yaml", SKAFFOLD), ["cov"])
    shop, other = [event for event in reading.events if isinstance(event, ImageBuild)]
    assert (shop.dockerfile, shop.context, shop.target, shop.tags) == (
        "src/docker/Dockerfile",
        "src",
        "run",
        ("shop-server",),
    )
    assert [(s.name, s.value) for s in shop.build_args] == [("GOFLAGS", "-cover"), ("TOKEN", None)]
    assert (other.tool, other.dockerfile) == ("ko", None)
    (build,) = reading.builds
    assert (build.tool, build.packages, build.cover) == ("ko", ("./cmd/other",), True)
    helm = next(event for event in reading.events if isinstance(event, Deploy))
    values = {s.name: (s.value, s.evidence.line) for s in helm.values}
    assert values["coverage.enabled"] == ("true", 35)
    assert values["image"] == ("shop-server:${tag by skaffold}", 27)
    assert helm.namespace == "cov"
    assert all(event.guards == () for event in reading.events)


def test_skaffold_without_profiles_takes_the_one_with_coverage_under_a_guard() -> None:
    reading = read_skaffold(file("skaffold.yaml", SKAFFOLD))
    assert reading.active == ("cov",)
    assert {g.text for event in reading.events for g in event.guards if g.coverage} == {"skaffold -p cov"}
    plain = read_skaffold(file("skaffold.yaml", SKAFFOLD.partition("- name: cov")[0]))
    assert plain.active == ()
    assert all(event.guards == () for event in plain.events)


def test_skaffold_gaps() -> None:
    text = (
        "apiVersion: skaffold/v2\nbuild: {artifacts: [{image: a, bazel: {}}]}\n"
        "profiles: [{name: p, patches: [{path: /x/y, value: 1}]}]\n"
    )
    reading = read_skaffold(file("skaffold.yaml", text), ["p", "q"])
    assert sorted(gap.reason for gap in reading.missing) == [
        "goes to 'x', which is not there",
        "is not in skaffold.yaml",
        "the bazel builder is not read",
    ]


def test_ko_builds_with_flags_environment_and_base_image() -> None:
    text = (
        "defaultBaseImage: alpine\nbuilds:\n- id: a\n  dir: src\n  main: ./cmd/a\n"
        "  env: [CGO_ENABLED=0]\n  flags: [-cover]\n  ldflags: ['-s -w', '-X v={{.Env.V}}']\n"
    )
    reading = read_ko(file(".ko.yaml", text))
    (build,) = reading.builds
    assert (build.tool, build.packages, build.workdir, build.cover) == ("ko", ("./cmd/a",), "src", True)
    assert build.ldflags == "-s -w -X v=${V}"
    assert [(s.name, s.value) for s in build.env] == [("CGO_ENABLED", "0")]
    assert build.evidence.place == ".ko.yaml:3"
    assert reading.base_image is not None
    assert reading.base_image.value == "alpine"


def test_ko_defaults_stand_for_every_package() -> None:
    reading = read_ko(file(".ko.yaml", "defaultFlags: [-trimpath]\n"), goflags("-cover"))
    (build,) = reading.builds
    assert (build.packages, build.cover) == ((), True)
    assert reading.base_image is not None
    assert reading.base_image.value == "cgr.dev/chainguard/static"


RELEASE = """\
project_name: shop
env: [REPO=ghcr.io/x]
builds:
- &linux
  id: server
  main: ./cmd/server
  binary: server
  env: [CGO_ENABLED=0]
  flags: [-trimpath]
  goos: [linux]
- <<: *linux
  id: tool
  binary: tool
  main: ./cmd/tool
- id: win
  goos: [windows]
dockers:
- dockerfile: docker/Dockerfile
  image_templates: ["{{ .Env.REPO }}/shop:{{ .Tag }}"]
  build_flag_templates: ["--build-arg=GOFLAGS=-cover", "--target=run", "--pull"]
dockers_v2:
- images: ["{{ .Env.REPO }}/shop"]
  tags: [a, b]
  build_args: {X: "1"}
"""


def test_goreleaser_builds_and_images() -> None:
    reading = read_goreleaser(file(".goreleaser.yaml", RELEASE), goflags("-cover"))
    assert [(b.tool, b.output, b.packages, b.cover) for b in reading.builds] == [
        ("goreleaser", "server", ("./cmd/server",), True),
        ("goreleaser", "tool", ("./cmd/tool",), True),
    ]
    assert reading.builds[0].env[-1].value == "0"
    first, second = [event for event in reading.events if isinstance(event, ImageBuild)]
    assert (first.dockerfile, first.tags, first.target) == (
        "docker/Dockerfile",
        ("ghcr.io/x/shop:${Tag}",),
        "run",
    )
    assert [(s.name, s.value, s.evidence.line) for s in first.build_args] == [("GOFLAGS", "-cover", 20)]
    assert second.tags == ("ghcr.io/x/shop:a", "ghcr.io/x/shop:b")
    assert [(s.name, s.value) for s in second.build_args] == [("X", "1")]


def test_goreleaser_builds_only_the_ids_it_is_asked_for() -> None:
    assert [b.output for b in read_goreleaser(file("x", RELEASE), (), ["tool"]).builds] == ["tool"]


def test_goreleaser_without_goflags_is_not_instrumented() -> None:
    assert read_goreleaser(file("x", RELEASE)).builds[0].cover is False


@pytest.mark.parametrize("text", ["", "[", "- a", "a"])
def test_files_without_settings_are_missing(text: str) -> None:
    assert read_ko(file("x", text)).missing
    assert read_goreleaser(file("x", text)).missing


_WORDS = st.sampled_from(["skaffold/v4", "a", "{{ .X }}", "--build-arg=A=b", "/build/0", "-cover", ""])
_KEYS = [
    "apiVersion",
    "build",
    "artifacts",
    "image",
    "docker",
    "ko",
    "profiles",
    "patches",
    "path",
    "value",
    "manifests",
    "helm",
    "releases",
    "name",
    "builds",
    "env",
]
_KEYS += [
    "flags",
    "ldflags",
    "dockers",
    "dockers_v2",
    "main",
    "setValues",
    "chartPath",
    "requires",
    "deploy",
    "kustomize",
    "paths",
    "kos",
    "binary",
    "dir",
]
_VALUES = st.recursive(
    _WORDS | st.none() | st.integers(0, 3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=5),
    max_leaves=25,
)


@given(st.dictionaries(st.sampled_from(_KEYS), _VALUES, max_size=8))
def test_files_of_any_shape_never_raise(value: dict[str, object]) -> None:
    import json

    found = file("x.yaml", json.dumps({"apiVersion": "skaffold/v4", **value}))
    read_skaffold(found)
    read_skaffold(found, ["a"])
    read_ko(found)
    read_goreleaser(found)
