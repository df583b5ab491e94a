"""Image names: what the run builds, and how the tools name it."""

from __future__ import annotations

from bot.facts.events import ClusterCreate, ImageBuild, ImageLoad, ImagePush, ImageSave, ImageTag
from bot.facts.joints import same_image, service_container
from bot.facts.path import CoveragePath
from bot.facts.words import known
from bot.model import Evidence

LOCAL_BUILDERS = frozenset({"docker", "podman", "buildx", "nerdctl", "buildah", "docker/build-push-action"})


def last_part(reference: str) -> str:
    """The name of an image without registry, owner, tag and digest."""
    return reference.partition("@")[0].rpartition("/")[2].partition(":")[0]


def has_registry(reference: str) -> bool:
    """Whether a reference names a registry that nodes could pull from (`localhost/x` is podman's own)."""
    first, slash, _ = reference.partition("/")
    return bool(slash) and first != "localhost" and ("." in first or ":" in first)


def built_names(path: CoveragePath) -> list[tuple[str, Evidence]]:
    """The names the service's image is built as; podman adds `localhost/` to a name without registry."""
    names = []
    for build in path.image_builds:
        for tag in build.tags:
            bare = build.tool in ("podman", "buildah") and not _qualified(tag)
            names.append((f"localhost/{tag}" if bare and known(tag) else tag, build.evidence))
    return names


def _qualified(reference: str) -> bool:
    first, slash, _ = reference.partition("/")
    return bool(slash) and ("." in first or ":" in first or first == "localhost" or first.startswith("${"))


def own_loads(path: CoveragePath) -> tuple[ImageLoad, ...]:
    """The loads of the service's image into the nodes; those of unknown images are included."""
    names = [name for name, _ in built_names(path)]
    names += [tag.target for tag in path.events(ImageTag)]
    names += [save.archive for save in path.events(ImageSave) if save.archive is not None]
    return tuple(
        load
        for load in path.events(ImageLoad)
        if not load.images or any(same_image(name, image) for image in load.images for name in names)
    )


def runs_local_image(path: CoveragePath) -> bool:
    """Whether the pod runs an image that the run builds, in a Kind cluster it makes, without a registry."""
    container = service_container(path)
    image = container.image.value if container is not None and container.image is not None else None
    if image is None or not known(image.partition(":")[0]) or not path.events(ClusterCreate):
        return False
    if has_registry(image) and (path.events(ImagePush) or not path.events(ImageBuild)):
        return False
    if any(build.tool not in LOCAL_BUILDERS for build in path.image_builds):
        return False
    return any(known(name.partition(":")[0]) and same_image(name, image) for name, _ in built_names(path))
