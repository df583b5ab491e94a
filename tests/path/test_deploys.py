"""From what a run applies to workloads: files, folders, kustomizations, charts; each once."""

from __future__ import annotations

import pytest

from bot.facts.build import Setting
from bot.facts.events import Deploy
from bot.model import Evidence
from bot.path.deploys import (
    chart_of,
    exists,
    is_crd,
    match_suffix,
    read_deployed,
    read_likely,
    read_manifests,
)
from tests.path.in_memory import Texts

HERE = Evidence("run.sh", 1, 1)


def pod(name: str) -> str:
    head = f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n"
    return f"{head}spec:\n  containers: [{{name: c, image: i}}]\n"


def deploy(source: str | None, method: str = "kubectl", cwd: str | None = "", **more: object) -> Deploy:
    return Deploy(evidence=HERE, method=method, source=source, cwd=cwd, **more)  # type: ignore[arg-type]


FILES = Texts(
    {
        "k8s/shop.yaml": pod("shop"),
        "k8s/bank.yml": pod("bank"),
        "k8s/notes.txt": pod("notes"),
        "k8s/more/deep.yaml": pod("deep"),
        "overlay/kustomization.yaml": "resources: [../k8s/shop.yaml]\nnamePrefix: e2e-\n",
        "charts/shop/Chart.yaml": "name: shop\nversion: 1.0.0\n",
        "charts/shop/values.yaml": "name: default\n",
        "charts/shop/templates/pod.yaml": pod("{{ .Values.name }}"),
        "config/crd/x.yaml": pod("crd"),
    }
)


def names(*deploys: Deploy) -> list[str]:
    return [w.name for w in read_deployed(FILES, deploys).workloads]


class TestReadDeployed:
    @pytest.mark.parametrize(
        ("one", "found"),
        [
            (deploy("k8s/shop.yaml"), ["shop"]),
            (deploy("./shop.yaml", cwd="k8s"), ["shop"]),
            (deploy("../k8s/shop.yaml", cwd="overlay"), ["shop"]),
            (deploy("k8s/shop.yaml", cwd=None), ["shop"]),
            (deploy("${root}/k8s/shop.yaml"), ["shop"]),
            (deploy("k8s"), ["bank", "shop"]),
            (deploy("k8s/"), ["bank", "shop"]),
            (deploy("overlay", method="kustomize"), ["e2e-shop"]),
            (deploy("overlay/kustomization.yaml", method="kustomize"), ["e2e-shop"]),
            (deploy("overlay"), ["e2e-shop"]),
            (deploy("charts/shop", method="helm"), ["default"]),
            (deploy("charts/shop", values=(Setting("name", "given", HERE),), method="helm"), ["given"]),
        ],
    )
    def test_each_way_to_name_a_source(self, one: Deploy, found: list[str]) -> None:
        assert names(one) == found

    @pytest.mark.parametrize(
        "source",
        [
            None, "", "-", "/dev/stdin", "https://example.org/k8s/shop.yaml", "gone.yaml", "../k8s/shop.yaml",
            "/k8s/shop.yaml", "${file}", "config/crd/x.yaml", "config/crd", "k8s/notes",
        ],
    )  # fmt: skip
    def test_what_is_not_in_the_repo_or_no_workload_gives_nothing(self, source: str | None) -> None:
        assert names(deploy(source)) == []

    def test_a_source_is_read_once_and_its_file_named_once(self) -> None:
        found = read_deployed(FILES, [deploy("k8s/shop.yaml"), deploy("shop.yaml", cwd="k8s"), deploy("k8s")])
        assert found.files == ("k8s/shop.yaml", "k8s/bank.yml")
        assert [w.name for w in read_deployed(FILES, [deploy("k8s"), deploy("k8s/")]).workloads] == [
            "bank",
            "shop",
        ]

    def test_texts_replaced_on_the_way_are_put_in(self) -> None:
        files = Texts({"pod.yaml": pod("${NAME}")})
        filled = deploy("pod.yaml", fills=(Setting("${NAME}", "shop", HERE),))
        assert [w.name for w in read_deployed(files, [filled]).workloads] == ["shop"]

    def test_the_lines_are_those_of_the_file(self) -> None:
        files = Texts({"two.yaml": f"# notes\n---\n{pod('a')}---\n{pod('b')}"})
        places = [w.evidence.place for w in read_deployed(files, [deploy("two.yaml")]).workloads]
        assert places == ["two.yaml:3", "two.yaml:10"]


def test_a_document_that_cannot_be_read_is_a_gap_that_forbids_nothing() -> None:
    found = read_manifests(
        Texts({"a.yaml": pod("a"), "b.yaml": "{{ if }}\n- : [\n"}), ["a.yaml", "b.yaml", "c.yaml"]
    )
    assert [w.name for w in found.workloads] == ["a"]
    assert [(gap.what, gap.needed) for gap in found.missing] == [
        ("a document of b.yaml", False),
        ("the manifest c.yaml", False),
    ]
    assert found.files == ("a.yaml", "b.yaml")


def test_a_likely_template_is_rendered_with_its_chart_once() -> None:
    template = "charts/shop/templates/pod.yaml"
    found = read_likely(FILES, [template, template, "k8s/shop.yaml"])
    assert [(w.name, w.origin) for w in found.workloads] == [("default", "helm"), ("shop", "yaml")]
    assert read_likely(FILES, []).workloads == ()


def test_a_template_of_a_chart_at_the_root_is_rendered_too() -> None:
    files = {"Chart.yaml": "name: x\nversion: 1.0.0\n", "values.yaml": "name: shop\n"}
    found = read_likely(Texts({**files, "templates/a.yaml": pod("{{ .Values.name }}")}), ["templates/a.yaml"])
    assert [(w.name, w.origin) for w in found.workloads] == [("shop", "helm")]


def test_the_chart_of_a_template() -> None:
    assert chart_of(FILES, "charts/shop/templates/pod.yaml") == "charts/shop"
    assert chart_of(FILES, "charts/shop/values.yaml") is None
    assert chart_of(FILES, "other/templates/pod.yaml") is None
    assert chart_of(Texts({"Chart.yaml": "name: x\n"}), "templates/pod.yaml") == ""


@pytest.mark.parametrize("path", ["config/crd/x.yaml", "crds/", "shop.crd.yaml", "deploy/crds.yaml"])
def test_definitions_of_custom_resources(path: str) -> None:
    assert is_crd(path)


@pytest.mark.parametrize("path", ["k8s/shop.yaml", "crdtool/x.yaml", "k8s/shopcrd.yaml"])
def test_what_only_sounds_like_one(path: str) -> None:
    assert not is_crd(path)


@pytest.mark.parametrize(
    ("word", "path"),
    [
        ("k8s/shop.yaml", "k8s/shop.yaml"),
        ("${root}/k8s/shop.yaml", "k8s/shop.yaml"),
        ("${root}/k8s", "k8s"),
        ("${root}/./k8s/../k8s/shop.yaml", "k8s/shop.yaml"),
        ("${dir}/shop.yaml", "k8s/shop.yaml"),
        ("${dir}/values.yaml", "charts/shop/values.yaml"),
        ("${a}/${b}/shop.yaml", None),
        ("k8s/${name}.yaml", None),
        ("k8s/${name}/shop.yaml", None),
        ("${file}", None),
        ("${dir}/", None),
        ("${dir}/op.yaml", None),
        ("gone.yaml", None),
    ],
)
def test_a_partly_known_path(word: str, path: str | None) -> None:
    assert match_suffix(FILES, word) == path


def test_a_path_that_fits_twice_is_not_guessed() -> None:
    assert match_suffix(Texts({"a/x.yaml": "", "b/x.yaml": ""}), "${dir}/x.yaml") is None


def test_files_folders_and_the_root_exist() -> None:
    assert exists(FILES, "k8s")
    assert exists(FILES, "k8s/shop.yaml")
    assert exists(FILES, "")
    assert not exists(FILES, "k8")
    assert not exists(FILES, "gone")
