"""The pod asks for another image name than the one that is built and loaded.

What it looks at: the image of the service's container, and the tags that the run builds, tags and loads.
Podman puts `localhost/` before a name without a registry; Docker and the cluster read it as
`docker.io/library/`.

Why it empties the figure: the node does not have the image, the pod never starts (`ErrImageNeverPull`,
`ImagePullBackOff`), or it starts an older or public image of that name (seen in kubernaut).

How to fix: use one name in the build, the load and the manifest.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts import patch
from bot.facts.events import Deploy, ImageEdit, ImageLoad, ImageTag, Rewrite
from bot.facts.images import built_names, last_part
from bot.facts.joints import canonical_image, same_image, service_container
from bot.facts.path import CoveragePath
from bot.facts.words import known
from bot.model import Certainty, Evidence, Fix, Link, Missing
from bot.rules.registry import Hit, rule

WHY = "The node has no image of that name, so the pod does not start or runs another image."


@rule(
    "image-name-mismatch",
    Link.IMAGE,
    title="The pod asks for another image than is loaded",
    source="kubernaut",
)
def image_name_mismatch(path: CoveragePath) -> Iterator[Hit | Missing]:
    container, built = service_container(path), built_names(path)
    image = container.image if container is not None else None
    if container is None or image is None or image.value is None or not known(image.value) or not built:
        return
    have = [*built, *_other_names(path)]
    open_tag = _only_by_an_open_tag(path, image.value, have)
    if open_tag is not None:
        yield _possible(image.value, image.evidence, *open_tag)
        return
    if any(not known(name) for name, _ in have) or any(same_image(name, image.value) for name, _ in have):
        return
    alike = [pair for pair in built if last_part(pair[0]) == last_part(image.value)]
    name, place = (alike or built)[0]
    yield Hit(
        f"The pod asks for {image.value}, but the image is built as {name}.",
        _why(path, name, image.value),
        Fix(f"Use one name, for example {name}.", _patch(path, image.evidence, image.value, name)),
        (image.evidence, place),
        _certainty(bool(alike), container.pull_policy.value if container.pull_policy else None),
    )


def _only_by_an_open_tag(
    path: CoveragePath, image: str, have: list[tuple[str, Evidence]]
) -> tuple[str, Evidence] | None:
    """The name that is built when it is the pod's `:latest` only if its unknown tag happens to be that."""
    wanted, _, tag = canonical_image(image).rpartition(":")
    if tag != "latest" or _changed_on_the_way(path):
        return None
    near = [pair for pair in have if same_image(pair[0], image)]
    for name, _ in near:
        repository, _, filled = canonical_image(name).rpartition(":")
        if repository != wanted or known(filled):
            return None
    return near[0] if near else None


def _changed_on_the_way(path: CoveragePath) -> bool:
    """Whether something may write another image into the manifest: kustomize, sed, helm, `set image`."""
    if path.events(ImageEdit):
        return True
    if path.events(Rewrite):
        return True
    deploys = path.events(Deploy)
    return any(d.edits or d.fills or d.unread or d.method in ("helm", "skaffold") for d in deploys)


def _possible(image: str, asked: Evidence, name: str, place: Evidence) -> Hit:
    return Hit(
        f"The pod asks for {canonical_image(image).rpartition('/')[2]}, but the image is built as {name}.",
        f"They are one only if the unknown part of the tag is latest. {WHY}",
        Fix(f"Write the tag that is built into the manifest when it is deployed, for example {name}."),
        (asked, place),
        Certainty.POSSIBLE,
    )


def _other_names(path: CoveragePath) -> list[tuple[str, Evidence]]:
    names = [(tag.target, tag.evidence) for tag in path.events(ImageTag)]
    return names + [(name, load.evidence) for load in path.events(ImageLoad) for name in load.images]


def _certainty(alike: bool, pull_policy: str | None) -> Certainty:
    """Another name altogether may be set on the way (kustomize edit, sed): that is only possible."""
    if not alike:
        return Certainty.POSSIBLE
    return Certainty.CERTAIN if pull_policy == "Never" else Certainty.LIKELY


def _why(path: CoveragePath, name: str, image: str) -> str:
    if canonical_image(name).startswith("localhost/") and not canonical_image(image).startswith("localhost/"):
        return f"The cluster reads {image} as {canonical_image(image)}. {WHY}"
    return WHY


def _patch(path: CoveragePath, place: Evidence, old: str, new: str) -> str | None:
    return patch.diff(path, patch.replace_word(path, place, old, new))
