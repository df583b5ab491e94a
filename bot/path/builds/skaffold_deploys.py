"""What a skaffold config deploys: helm releases, raw manifests, kustomizations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.facts.build import Setting
from bot.facts.events import Deploy
from bot.facts.words import hole
from bot.path.builds.buildfiles import filled
from bot.path.manifest.tree import Tree
from bot.path.names import resolve

_IMAGE = re.compile(r"\{\{\s*\.IMAGE_(FULLY_QUALIFIED|REPO|NAME|TAG|DIGEST)(?:_(\w+))?\s*\}\}")


def deploys(config: Tree, directory: str, env: Sequence[Setting]) -> Iterator[Deploy]:
    """The deploys of a config (schemas from v1 to v4), paths made repo-relative."""
    images = [image for item in config.each("build", "artifacts") if (image := item.text("image"))]
    for section in ("manifests", "deploy"):
        for release in config.each(section, "helm", "releases"):
            if release.fields is not None:
                yield _helm(release, directory, images, env)
    raw = (*config.each("manifests", "rawYaml"), *config.each("deploy", "kubectl", "manifests"))
    for item in raw:
        if item.scalar:
            yield _apply("kubectl", item, directory, env)
    for section in ("manifests", "deploy"):
        kustomize = config.get(section, "kustomize")
        if kustomize is not None:
            paths = list(kustomize.each("paths")) or [Tree(kustomize.evidence, scalar=".")]
            for item in paths:
                yield _apply("kustomize", item, directory, env)


def _place(word: str, directory: str) -> str:
    return word if "://" in word else resolve(directory, word) or hole(word)


def _apply(method: str, item: Tree, directory: str, env: Sequence[Setting]) -> Deploy:
    return Deploy(
        evidence=item.evidence,
        guards=item.guards,
        cwd="",
        method=method,
        source=_place(filled(item.scalar or "", env), directory),
    )


def _helm(release: Tree, directory: str, images: list[str], env: Sequence[Setting]) -> Deploy:
    chart = release.text("chartPath") or release.text("remoteChart") or release.text("name") or ""
    values = [
        *_settings(release.get("overrides"), images, env),
        *_settings(release.get("setValues"), images, env),
        *_settings(release.get("setValueTemplates"), images, env),
    ]
    local = release.text("chartPath") is not None
    return Deploy(
        evidence=release.evidence,
        guards=release.guards,
        cwd="",
        method="helm",
        source=_place(filled(chart, env), directory) if local else filled(chart, env),
        values=tuple(values),
        values_files=tuple(
            _place(filled(item.scalar, env), directory) for item in release.each("valuesFiles") if item.scalar
        ),
        namespace=release.text("namespace"),
    )


def _settings(
    tree: Tree | None, images: list[str], env: Sequence[Setting], prefix: str = "", depth: int = 0
) -> Iterator[Setting]:
    """Values as `--set` paths; maps and lists below are written out."""
    if tree is None or depth > 30:
        return
    if tree.fields:
        for key, value in tree.fields.items():
            yield from _settings(value, images, env, f"{prefix}.{key}" if prefix else key, depth + 1)
    elif tree.items:
        for index, value in enumerate(tree.items):
            yield from _settings(value, images, env, f"{prefix}[{index}]", depth + 1)
    elif prefix:
        empty = "{}" if tree.fields is not None else "[]" if tree.items is not None else None
        text = hole(prefix) if tree.unknown else tree.scalar
        value_text = empty if empty is not None else text
        yield Setting(prefix, _image(value_text, images, env), tree.evidence, tree.guards)


def _image(text: str | None, images: list[str], env: Sequence[Setting]) -> str | None:
    """`{{.IMAGE_FULLY_QUALIFIED_a_b}}` is artifact `a-b` with a tag that skaffold makes up."""
    if text is None or "{{" not in text:
        return text

    def fill(match: re.Match[str]) -> str:
        wanted = match[2]
        named = [i for i in images if re.sub(r"\W", "_", i) == wanted] if wanted else images[:1]
        image = named[0] if named else hole(match[0].strip("{} ."))
        if match[1] in ("TAG", "DIGEST"):
            return hole(f"skaffold's {match[1].lower()}")
        return image if match[1] in ("REPO", "NAME") else f"{image}:{hole('tag by skaffold')}"

    return filled(_IMAGE.sub(fill, text), env)
