"""YAML that is fed through stdin (a heredoc, `echo ... |`): its documents, on lines of the file around it."""

from __future__ import annotations

from bot.facts.words import holes
from bot.model import Evidence
from bot.path.manifest.tree import Tree
from bot.path.manifest.yamltree import documents
from bot.repo.base import Skip, Snapshot


def inline_trees(snapshot: Snapshot, text: str, place: Evidence, kinds: str) -> tuple[Tree, ...]:
    """The documents of these kinds (alternatives for a regex); one that cannot be read has `unknown`.

    `place` is where the text stands; a line that expansions pushed behind it is its last line.
    """
    if "kind" not in text:
        return (Tree(place, unknown="its text is not known"),) if holes(text) else ()
    file = snapshot.read(place.path)
    if isinstance(file, Skip):
        return (Tree(place, unknown=file.reason),)

    def at(first: int, last: int) -> Evidence:
        return file.at(min(first, place.end_line), min(last, place.end_line))

    return documents(text, at, first_line=place.line, kinds=kinds)
