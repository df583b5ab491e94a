"""A Slack message's text as Markdown: what its author wrote, before Slack made links and entities of it.

Fact: Slack sends `&`, `<` and `>` of a message as entities, and links, people, channels in angle brackets
(docs.slack.dev, "Formatting message text"). Nothing of what comes out is sent to Slack as markup.
"""

from __future__ import annotations

import re

_LINK = re.compile(r"<((?:https?://|mailto:)[^<>|\s]{1,2000})(?:\|([^<>\n]{1,500}))?>")
_WHO = re.compile(r"<([@#!])([A-Za-z0-9^]{2,40})(?:\|([^<>\n]{1,100}))?>")
_FENCE = re.compile(r"(```[^`]*```|`[^`\n]{1,500}`)")
_BOLD = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]{1,300})(?<=\S)\*(?![\w*])")
_STRUCK = re.compile(r"(?<![\w~])~(?=[^\s~])([^~\n]{1,300})(?<=\S)~(?![\w~])")
_BULLET = re.compile(r"(?m)^(\s{0,12})[•◦▪‣](?=\s)")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def as_markdown(text: str) -> str:
    """The text with Slack's bold, strike, bullets, links, mentions and entities as Markdown.

    Code keeps its stars; as many lines come out as went in.
    """
    parts = _FENCE.split(text)
    made = "".join(_code(part) if n % 2 else _prose(part) for n, part in enumerate(parts))
    for entity, char in _ENTITIES:
        made = made.replace(entity, char)
    return made


def first_link(text: str) -> str | None:
    """The address of the first link that Slack marked in a text, not its label."""
    found = _LINK.search(text)
    return _unescaped(found[1]) if found is not None else None


def with_addresses(text: str) -> str:
    """The text with every marked link as its address: a label may say anything."""
    return _LINK.sub(lambda m: m[1], text)


def _prose(text: str) -> str:
    text = _LINK.sub(_link, _WHO.sub(_who, text))
    text = _STRUCK.sub(r"~~\1~~", _BOLD.sub(r"**\1**", text))
    return _BULLET.sub(r"\1-", text)


def _code(text: str) -> str:
    """In code a link is what was typed: its label, else its address."""
    return _LINK.sub(lambda m: m[2] or m[1], _WHO.sub(_who, text))


def _link(match: re.Match[str]) -> str:
    url, label = match.groups()
    if label is None or label == url or url in (f"http://{label}", f"https://{label}", f"mailto:{label}"):
        return str(label or url)
    return f"[{label.replace('[', '(').replace(']', ')')}]({url})"


def _who(match: re.Match[str]) -> str:
    """`<@U012|ann>` is @ann; a label that begins with its own sign keeps it."""
    sign, ident, label = match.groups()
    if label and label[:1] in "@#":
        return str(label)
    return ("#" if sign == "#" else "@") + (label or ident.split("^")[-1])


def _unescaped(text: str) -> str:
    return text.replace("&amp;", "&")
