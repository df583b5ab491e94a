"""What a suite calls through make and scripts takes its place in the timeline."""

from __future__ import annotations

from bot.facts.build import Setting
from bot.facts.events import Deploy, ImageBuild
from bot.model import Evidence
from bot.path.golang import Caller, GoRepo, read_suite
from tests.path.golang.suites import before, shop

MAKEFILE = """
IMG ?= shop:dev
FLAGS ?=
image:
\tdocker build --build-arg FLAGS="$(FLAGS)" -t $(IMG) .
deploy:
\tcd config && kustomize edit set image shop=$(IMG)
\tkustomize build config | kubectl apply -f -
"""
CALL = 'exec.Command("make", "image", "IMG=shop:e2e")'
IN_ROOT = f'cmd := {CALL}\ncmd.Dir = "../../.."\n_ = cmd.Run()'


def test_make_is_followed_with_the_variables_of_the_call() -> None:
    [build] = before(IN_ROOT, {"Makefile": MAKEFILE}).events
    assert isinstance(build, ImageBuild)
    assert build.tags == ("shop:e2e",)
    assert (build.evidence.path, build.evidence.line, build.cwd) == ("Makefile", 4, "")


def test_variables_of_the_make_that_runs_the_suite_reach_the_make_that_it_calls() -> None:
    repo = GoRepo(shop("var _ = BeforeSuite(func() {\n" + IN_ROOT + "\n})\n", {"Makefile": MAKEFILE}))
    flags = Setting("FLAGS", "-cover", Evidence("Makefile", 9, 9))
    [build] = read_suite(repo, "test/e2e/orders", caller=Caller(make=(flags,))).events
    assert isinstance(build, ImageBuild)
    assert [(arg.name, arg.value) for arg in build.build_args] == [("FLAGS", "-cover")]


def test_a_script_is_followed() -> None:
    body = 'cmd := exec.Command("./hack/deploy.sh", "v2")\ncmd.Dir = "../../.."\n_ = cmd.Run()'
    [deploy] = before(body, {"hack/deploy.sh": "#!/bin/sh\nkubectl apply -f k8s/$1.yaml\n"}).events
    assert isinstance(deploy, Deploy)
    assert (deploy.source, deploy.evidence.path, deploy.evidence.line) == ("k8s/v2.yaml", "hack/deploy.sh", 2)


def test_an_image_set_by_kustomize_edit_comes_with_the_deploy() -> None:
    body = 'cmd := exec.Command("make", "deploy", "IMG=shop:e2e")\ncmd.Dir = "../../.."\n_ = cmd.Run()'
    events = before(body, {"Makefile": MAKEFILE}).events
    [deploy] = [event for event in events if isinstance(event, Deploy)]
    assert [(i.name, i.value) for edit in deploy.edits for i in edit.images] == [("shop", "shop:e2e")]


def test_a_make_without_a_makefile_is_no_event() -> None:
    reading = before(IN_ROOT)
    assert reading.events == ()
    assert [gap.what for gap in reading.missing] == ["a call of make"]
