"""docker, podman, nerdctl, finch and buildah: builds, tags, archives, copies and commands in nodes.

A container that is copied from or run in here is taken for a node of the cluster: that is what an
end-to-end run addresses by `docker cp` and `docker exec` (kind docs, "Design": nodes are containers).
"""

from __future__ import annotations

import posixpath

from bot.facts.build import Setting
from bot.facts.events import Copy, Event, ImageBuild, ImagePush, ImageSave, ImageTag
from bot.facts.words import clean_path, hole, known
from bot.path.commands.command import Command
from bot.path.commands.flags import Flags, is_hole, read_flags
from bot.path.commands.inside import inside_events
from bot.path.commands.place import env_setting, place_of
from bot.path.commands.unwrap import tool_of

_GLOBAL = frozenset(
    {"--config", "-c", "--context", "-H", "--host", "-l", "--log-level", "--tlscacert", "--tlscert"}
    | {"--tlskey", "--root", "--runroot", "--storage-driver", "--url", "--connection", "--identity"}
    | {"--namespace", "-n", "--address", "--cgroup-manager", "--tmpdir"}
)
_BUILD = frozenset(
    {"-f", "--file", "-t", "--tag", "--target", "--build-arg", "--build-context", "--builder", "--add-host"}
    | {"--annotation", "--arch", "--attest", "--authfile", "--cache-from", "--cache-to", "--call", "--allow"}
    | {"--cgroup-parent", "--cpu-period", "--cpu-quota", "-c", "--cpu-shares", "--cpuset-cpus", "--format"}
    | {
        "--cpuset-mems",
        "--creds",
        "--cert-dir",
        "--env",
        "--from",
        "--ignorefile",
        "--iidfile",
        "--isolation",
    }
    | {"--jobs", "--label", "--logfile", "-m", "--memory", "--memory-swap", "--metadata-file", "--network"}
    | {"--no-cache-filter", "-o", "--output", "--os", "--platform", "--progress", "--retry", "--runtime"}
    | {"--secret", "--security-opt", "--shm-size", "--ssh", "--timestamp", "--ulimit", "--userns", "-v"}
    | {
        "--variant",
        "--volume",
        "--manifest",
        "--build-arg-file",
        "--add-history",
        "--sbom-output",
        "--policy",
    }
)
_EXEC = frozenset(
    {"-e", "--env", "--env-file", "-u", "--user", "-w", "--workdir", "--detach-keys", "--index"}
)
_BAKE = frozenset(
    {"-f", "--file", "--set", "--builder", "--metadata-file", "--progress", "--allow", "--call"}
)


def container_events(command: Command) -> tuple[Event, ...]:
    """The events of a container tool's command line."""
    words = _behind_globals(command.argv[1:])
    match words:
        case ("buildx" | "image" | "builder", "build" | "b", *rest):
            return _build(command, rest)
        case ("buildx", "bake" | "f", *rest) | ("bake", *rest):
            return _bake(command, rest)
        case ("compose", *rest) if "build" in rest:
            return _compose(command)
        case ("build" | "bud" | "build-using-dockerfile", *rest):
            if tool_of(command.argv[0]) == "docker-compose":
                return _compose(command)
            return _build(command, rest)
        case ("tag", *rest) | ("image", "tag", *rest):
            return _tag(command, rest)
        case ("save", *rest) | ("image", "save", *rest):
            return _save(command, rest)
        case ("push", *rest) | ("image", "push", *rest) | ("manifest", "push", *rest):
            images = read_flags(rest, {"--platform"}).positional
            return (ImagePush(**place_of(command), images=images),)
        case ("cp", *rest) | ("container", "cp", *rest):
            return _copy(command, rest)
        case ("exec", *rest) | ("container", "exec", *rest):
            return _exec(command, rest)
    return ()


def _behind_globals(words: tuple[str, ...]) -> tuple[str, ...]:
    at = 0
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in _GLOBAL else 1
    return words[at:]


def _build(command: Command, words: list[str]) -> tuple[Event, ...]:
    flags = read_flags(words, _BUILD)
    context = _context(flags)
    tags = tuple(tag for tag in flags.every("-t", "--tag") if tag)
    pushed = flags.on("--push") or "type=registry" in (flags.last("-o", "--output") or "")
    return (
        ImageBuild(
            **place_of(command),
            tool=tool_of(command.argv[0]),
            dockerfile=flags.last("-f", "--file") or _default_dockerfile(context),
            context=context,
            target=flags.last("--target"),
            tags=tags,
            build_args=_build_args(command, flags),
        ),
        *((ImagePush(**place_of(command), images=tags),) if pushed else ()),
    )


def _context(flags: Flags) -> str | None:
    """The build context: the word that is no flag. Unknown words may be flags in truth."""
    certain = [word for word in flags.positional if not is_hole(word)]
    if certain:
        return certain[-1]
    return flags.positional[-1] if len(flags.positional) == 1 else None


def _default_dockerfile(context: str | None) -> str | None:
    """Without -f the Dockerfile is `Dockerfile` in the context (Docker reference, "docker build")."""
    if context is None or "://" in context or context == "-":
        return None
    return posixpath.join(context, "Dockerfile") if context not in (".", "./") else "Dockerfile"


def _build_args(command: Command, flags: Flags) -> tuple[Setting, ...]:
    args = [_build_arg(command, text) for text in flags.every("--build-arg")]
    unread = [word for word in flags.unread if word != _context(flags)]
    return (*args, *(Setting(word, None, command.evidence) for word in unread))


def _build_arg(command: Command, text: str) -> Setting:
    """`NAME=VALUE`, or `NAME` whose value comes from the environment of the command.

    Unset there, the arg is not passed and the Dockerfile's default holds (Docker reference).
    """
    name, equals, value = text.partition("=")
    if equals:
        return Setting(name, value, command.evidence)
    setting = env_setting(command, name)
    if setting is not None:
        return Setting(name, setting.value, command.evidence, setting.guards)
    return Setting(name, hole(name), command.evidence)


def _bake(command: Command, words: list[str]) -> tuple[Event, ...]:
    """What a bake file builds is not read: everything about it is unknown."""
    flags = read_flags(words, _BAKE)
    source = flags.last("-f", "--file") or "docker-bake.hcl"
    unknown = hole(f"target of {source}")
    return (
        ImageBuild(
            **place_of(command),
            tool="bake",
            dockerfile=unknown,
            build_args=(Setting(unknown, None, command.evidence),),
        ),
    )


def _compose(command: Command) -> tuple[Event, ...]:
    unknown = hole("service of the compose file")
    args = (Setting(unknown, None, command.evidence),)
    return (ImageBuild(**place_of(command), tool="compose", dockerfile=unknown, build_args=args),)


def _tag(command: Command, words: list[str]) -> tuple[Event, ...]:
    match read_flags(words, ()).positional:
        case (source, *targets) if targets:
            return tuple(ImageTag(**place_of(command), source=source, target=name) for name in targets)
    return ()


def _save(command: Command, words: list[str]) -> tuple[Event, ...]:
    flags = read_flags(words, {"-o", "--output", "--format", "--platform"})
    archive = flags.last("-o", "--output") or command.redirect
    return (ImageSave(**place_of(command), images=flags.positional, archive=archive),)


def _copy(command: Command, words: list[str]) -> tuple[Event, ...]:
    """`docker cp NODE:SRC DST`. A copy into a container collects nothing."""
    match read_flags(words, ()).positional:
        case (source, destination):
            remote = split_remote(source)
            if remote is None:
                return ()
            node, path = remote
            return (
                Copy(
                    **place_of(command),
                    tool=f"{tool_of(command.argv[0])} cp",
                    where="node",
                    node=node,
                    source=clean_path(path),
                    contents_only=path.endswith("/."),
                    destination=destination,
                ),
            )
    return ()


def split_remote(word: str) -> tuple[str, str] | None:
    """`NAME:PATH` in two, or None for a local path. A colon inside a hole does not count."""
    depth = 0
    for index, letter in enumerate(word):
        depth += (letter == "{") - (letter == "}")
        if letter == ":" and depth == 0:
            name = word[:index]
            local = not name or name.startswith(("/", ".")) or ("/" in name and known(name) and index == 1)
            return None if local else (name, word[index + 1 :])
    return None


def _exec(command: Command, words: list[str]) -> tuple[Event, ...]:
    """`docker exec [flags] NODE CMD...`."""
    at = 0
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in _EXEC else 1
    if at >= len(words):
        return ()
    via = f"{tool_of(command.argv[0])} exec"
    return inside_events(command, tuple(words[at + 1 :]), via=via, node=words[at])
