"""What the patterns of `-coverpkg` match, as the go command matches packages."""

from __future__ import annotations

import posixpath
import re

from bot.facts.build import GoBuild, GoModule, MainPackage
from bot.facts.path import CoveragePath
from bot.facts.words import clean_path, known
from bot.model import Evidence


def matches_main(build: GoBuild, main: MainPackage, module: GoModule | None) -> bool | None:
    """Whether a build's `-coverpkg` matches the main package; None when a pattern is not known.

    A file argument makes the package `command-line-arguments`: patterns by directory (`./...`) match it,
    patterns by import path do not (own experiment, Go 1.26.8).
    """
    by_file = any(package.endswith(".go") for package in build.packages)
    path = "command-line-arguments" if by_file else main.import_path
    verdicts = [_matches(pattern, path, main.directory, module) for pattern in build.coverpkg]
    if any(verdicts):
        return True
    return None if None in verdicts else False


def coverpkg_places(path: CoveragePath, build: GoBuild) -> tuple[Evidence, ...]:
    """The lines that say a build's `-coverpkg`: the build arg that passes it, GOFLAGS, the command."""
    args = [arg for image in path.image_builds for arg in image.build_args]
    says = [arg for arg in (*args, *([build.goflags] if build.goflags else [])) if arg is not None]
    places = [arg.evidence for arg in says if "-coverpkg" in (arg.value or "")]
    return tuple(dict.fromkeys((*places, build.evidence)))


def _matches(pattern: str, import_path: str, directory: str, module: GoModule | None) -> bool | None:
    if not known(pattern):
        return None
    if pattern.startswith("-"):
        return False
    if pattern == "all":
        return True
    if pattern in (".", "..") or pattern.startswith(("./", "../")):
        return _glob(_in_repo(pattern, module), directory or ".")
    if pattern.startswith("/"):
        return None
    return _glob(pattern, import_path) if import_path else None


def _in_repo(pattern: str, module: GoModule | None) -> str:
    """A pattern by directory, seen from the repo's root: go build runs in the module's directory."""
    base = module.directory if module is not None else ""
    joined = posixpath.normpath(posixpath.join(base, pattern))
    return clean_path(joined)


def _glob(pattern: str, name: str) -> bool:
    """go's own matching: `...` is any string, and `x/...` matches x too."""
    if pattern == "...":
        return True
    parts = [re.escape(part) for part in pattern.split("...")]
    expression = ".*".join(parts)
    if pattern.endswith("/..."):
        expression = ".*".join([*parts[:-2], parts[-2].removesuffix("/")]) + "(/.*)?"
    return re.fullmatch(expression, name) is not None
