"""Kustomizations: what overlays do, with the lines of what they set."""

from __future__ import annotations

from bot.facts.build import Setting
from bot.facts.events import ImageEdit
from bot.model import Evidence
from bot.path.kustomize.reader import KustomizeReading, build
from bot.path.manifest.tree import Tree
from bot.path.manifest.workloads import workloads
from tests.path.in_memory import Texts

BASE = {
    "base/kustomization.yaml": "resources:\n- shop.yaml\n- claim.yaml\n",
    "base/claim.yaml": "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\n",
    "base/shop.yaml": """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: shop
          labels: {app: shop}
        spec:
          replicas: 1
          template:
            spec:
              containers:
              - name: shop
                image: registry.local:5000/shop:v1
                env:
                - name: A
                  value: a
                - name: B
                  value: b
                volumeMounts:
                - name: tmp
                  mountPath: /tmp
              volumes:
              - name: tmp
                emptyDir: {}
              - name: data
                persistentVolumeClaim: {claimName: data}
        """,
}


def overlay(text: str, **files: str) -> KustomizeReading:
    more = {f"overlay/{name.replace('__', '.')}": body for name, body in files.items()}
    return build(Texts({**BASE, "overlay/kustomization.yaml": text, **more}), "overlay")


def deployment(reading: KustomizeReading) -> Tree:
    return next(tree for tree in reading.trees if tree.text("kind") == "Deployment")


def container(reading: KustomizeReading) -> Tree:
    return next(deployment(reading).each("spec", "template", "spec", "containers"))


def test_a_strategic_patch_joins_lists_by_their_keys_and_keeps_both_places() -> None:
    patch = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: shop}
        spec:
          template:
            spec:
              containers:
              - name: shop
                env:
                - name: GOCOVERDIR
                  value: /cov
                - name: B
                  value: c
                - name: A
                  $patch: delete
                volumeMounts:
                - {name: cov, mountPath: /cov}
              volumes:
              - {name: cov, hostPath: {path: /cov}}
              - name: tmp
                emptyDir: null
                hostPath: {path: /tmp}
        """
    reading = overlay("resources: [../base]\npatches:\n- path: p.yaml\n", p__yaml=patch)
    (shop,) = [w for tree in reading.trees for w in workloads(tree, "kustomize")]
    assert reading.missing == ()
    assert [(e.name, e.value, e.evidence.place) for e in shop.containers[0].env] == [
        ("GOCOVERDIR", "/cov", "overlay/p.yaml:10"),
        ("B", "c", "base/shop.yaml:16"),
    ]
    assert [mount.path for mount in shop.containers[0].mounts] == ["/cov", "/tmp"]
    assert [(v.name, v.kind) for v in shop.volumes] == [
        ("cov", "hostPath"),
        ("tmp", "hostPath"),
        ("data", "persistentVolumeClaim"),
    ]
    assert set(reading.files) == {f"base/{n}" for n in ("kustomization.yaml", "shop.yaml", "claim.yaml")} | {
        "overlay/kustomization.yaml",
        "overlay/p.yaml",
    }


def test_json_patches_inline_with_a_target() -> None:
    reading = overlay(
        "resources: [../base]\npatches:\n- target: {kind: Deployment, name: sh.*}\n  patch: |\n"
        "    - op: add\n      path: /spec/template/spec/containers/0/env/-\n"
        "      value: {name: GOCOVERDIR, value: /cov}\n"
        "    - {op: remove, path: /spec/template/spec/containers/0/env/0}\n"
        "    - {op: replace, path: /spec/replicas, value: 0}\n"
    )
    env = list(container(reading).each("env"))
    assert [item.text("name") for item in env] == ["B", "GOCOVERDIR"]
    assert env[1].evidence.place == "overlay/kustomization.yaml:7"
    assert deployment(reading).text("spec", "replicas") == "0"


def test_a_patch_that_does_not_fit_is_missing() -> None:
    reading = overlay(
        "resources: [../base]\npatches:\n- target: {kind: Deployment}\n  patch: |\n"
        "    - {op: add, path: /spec/absent/x, value: 1}\n"
    )
    (gap,) = reading.missing
    assert gap.reason == "goes to 'absent', which is not there"


def test_names_namespace_images_and_replicas() -> None:
    reading = overlay(
        "resources: [../base]\nnamePrefix: a-\nnameSuffix: -z\nnamespace: e2e\n"
        "images:\n- name: registry.local:5000/shop\n  newName: shop\n  newTag: cover\n"
        "replicas:\n- {name: shop, count: 3}\n"
    )
    shop = deployment(reading)
    assert (shop.text("metadata", "name"), shop.text("metadata", "namespace")) == ("a-shop-z", "e2e")
    image = container(reading).get("image")
    assert image is not None
    assert (image.scalar, image.evidence.place) == ("shop:cover", "overlay/kustomization.yaml:6")
    assert shop.text("spec", "replicas") == "3"
    claims = [
        v.text("persistentVolumeClaim", "claimName") for v in shop.each("spec", "template", "spec", "volumes")
    ]
    assert claims == [None, "a-data-z"]


def test_a_patch_may_use_the_name_before_the_prefix() -> None:
    files = {
        **BASE,
        "mid/kustomization.yaml": "resources: [../base]\nnamePrefix: m-\n",
        "top/kustomization.yaml": "resources: [../mid]\npatchesStrategicMerge:\n- |-\n  kind: Deployment\n"
        "  metadata: {name: shop}\n  spec: {replicas: 7}\n",
    }
    assert deployment(build(Texts(files), "top")).text("spec", "replicas") == "7"


def test_components_change_what_stands_before_them() -> None:
    files = {
        **BASE,
        "cov/kustomization.yaml": "kind: Component\npatches:\n- target: {kind: Deployment}\n  patch: |\n"
        "    [{op: replace, path: /spec/replicas, value: 9}]\n",
        "top/kustomization.yaml": "resources: [../base]\ncomponents: [../cov]\n",
    }
    reading = build(Texts(files), "top")
    assert [tree.text("kind") for tree in reading.trees] == ["Deployment", "PersistentVolumeClaim"]
    assert deployment(reading).text("spec", "replicas") == "9"


def test_cycles_remote_bases_and_paths_out_of_the_repo_are_missing() -> None:
    reading = overlay("resources: [../overlay, ../base, '../../x', 'https://host/x?ref=v1', absent.yaml]\n")
    assert [tree.text("kind") for tree in reading.trees] == ["Deployment", "PersistentVolumeClaim"]
    assert [gap.reason for gap in reading.missing] == [
        "includes itself",
        "lies outside the repo",
        "stands in another repository",
        "is named in a kustomization but is not in the repo",
    ]


def test_no_kustomization_and_a_broken_one() -> None:
    assert build(Texts({}), "x").missing
    (gap,) = build(Texts({"x/kustomization.yaml": "a: ["}), "x").missing
    assert gap.reason == "holds no readable YAML"


def test_edited_images_replace_those_of_the_file() -> None:
    place = Evidence("Makefile", 7, 7)
    files = {**BASE, "base/kustomization.yaml": BASE["base/kustomization.yaml"] + "images: []\n"}
    images = (Setting("registry.local:5000/shop", "shop:e2e", place),)
    [workload] = [
        w
        for tree in build(Texts(files), "base", [ImageEdit(evidence=place, cwd="base", images=images)]).trees
        for w in workloads(tree, "kustomize")
    ]
    image = workload.containers[0].image
    assert image is not None
    assert (image.value, image.evidence.path) == ("shop:e2e", "Makefile")
