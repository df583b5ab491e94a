"""Writes docs/rules.md from the registries: `python -m bot.rules.docs > docs/rules.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from bot.model import LINKS, Link
from bot.rules.live.registry import LiveRule, all_live_rules
from bot.rules.registry import Rule, all_rules

INTRO = """\
# Rules

Made from `bot/rules/` and `bot/rules/live/` by `python -m bot.rules.docs > docs/rules.md`; change the rule's
module, not this file.

Coverage data travels build > image > run > volume > node > stop > collect > report. Each rule looks at one
link of this path or at the joint between two. A rule that *blocks* explains why no figure comes out, one that
*degrades* why it is wrong or partial. The symptom is what lies in the coverage directory afterwards: NOTHING,
META_ONLY (covmeta without covcounters), COUNTERS_ONLY or BOTH.

A cause can show in the files of the repo, in the cluster (a live run), or in both: the same id then stands
for both, and what was seen in the cluster leads.
"""


def document(rules: Iterable[Rule], live_rules: Iterable[LiveRule] | None = None) -> str:
    """The whole document: an overview by link, then a section for every cause. `live_rules` None: all."""
    files = {rule.id: rule for rule in rules}
    live = {rule.id: rule for rule in (all_live_rules() if live_rules is None else live_rules)}
    links = {**{rule.id: rule.link for rule in live.values()}, **{r.id: r.link for r in files.values()}}
    ids = sorted(links, key=lambda id: (LINKS.index(links[id]), id))
    titles = {id: (files.get(id) or live[id]).title for id in ids}
    parts = [INTRO, *(_overview(link, [i for i in ids if links[i] is link], titles) for link in LINKS)]
    parts += [_section(id, titles[id], files.get(id), live.get(id)) for id in ids]
    return "\n".join(parts)


def _overview(link: Link, ids: list[str], titles: dict[str, str]) -> str:
    rows = [f"- [{id}](#{id}): {titles[id]}" for id in ids]
    return "\n".join([f"**{link}**", "", *rows, ""]) if rows else ""


def _section(id: str, title: str, files: Rule | None, live: LiveRule | None) -> str:
    """What both kinds of rule share as a list, then each one's own list and docstring."""
    rows = [f"## {id}", "", f"{title}.", "", *_shared(files, live), ""]
    if files is not None:
        symptom = [f"- Symptom: {files.symptom}"] if files.symptom is not None else []
        rows += _part("In the files", [*symptom, f"- Source: {files.source}"], files.explains, files.doc)
    if live is not None:
        shows = ", ".join(live.symptoms)
        symptom = [f"- Symptom: {shows}"] if shows else []
        rows += _part("In the cluster", [*symptom, f"- Source: {live.source}"], live.explains, live.doc)
    return "\n".join(rows)


def _shared(files: Rule | None, live: LiveRule | None) -> list[str]:
    rule = files or live
    assert rule is not None
    says = "not a cause" if files is not None and files.healthy else str(rule.effect)
    return [f"- Link: {rule.link}", f"- Effect: {says}"]


def _part(name: str, rows: list[str], explains: tuple[str, ...], doc: str) -> list[str]:
    """One kind of rule: metadata, then the module's docstring."""
    if explains:
        rows = [*rows, "- Explains: " + ", ".join(f"[{other}](#{other})" for other in explains)]
    return [f"**{name}**", "", *rows, "", doc, ""]


if __name__ == "__main__":
    sys.stdout.write(document(all_rules()))
