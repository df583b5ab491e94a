"""Block Kit that cannot exceed Slack's limits and cannot be made to act by the text it shows.

All running text goes into `rich_text` blocks: Slack shows their text as it stands, so `<!channel>`,
`<@U1>`, `<http://x|y>`, `*bold*`, backticks and `&lt;` in quoted text stay text. Links are made of an
address and a label by us. Every builder cuts what it is given, and `pack` splits what is too much
for one message over several.

Limits: docs.slack.dev, "Blocks" and "chat.postMessage"; `MAX_MESSAGE` lies below the size at which
posting was seen to fail with `msg_blocks_too_long` (about 13,200 characters over all blocks).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.render.plain import cut, one_line, visible

Block = dict[str, Any]

MAX_BLOCKS = 50
MAX_MESSAGE = 12_000
MAX_BLOCK = 5_000
MAX_FALLBACK = 3_000
MAX_HEADER = 150
MAX_ELEMENTS = 25
MAX_VALUE = 2_000
MAX_LABEL = 75
MAX_OPTIONS = 100
MAX_OPTION_VALUE = 150
MAX_MENU = 9_000
MAX_CODE = 2_800
MAX_SPAN = 1_200
MAX_URL = 1_500
MAX_ASIDE = 1_000
MAX_CONFIRM_TITLE, MAX_CONFIRM_TEXT, MAX_CONFIRM_LABEL = 100, 300, 30
_NAMED = (
    (re.compile(r"[UW][A-Z0-9]{1,20}"), "user", "user_id"),
    (re.compile(r"S[A-Z0-9]{7,20}"), "usergroup", "usergroup_id"),
    (re.compile(r"C[A-Z0-9]{7,20}"), "channel", "channel_id"),
)


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one style; `url` makes it a link (other schemes than http are left out)."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    url: str | None = None
    person: str | None = None
    """The id of a person (a user group, a channel) who is meant to be named; for ids that come from Slack
    or the settings only."""

    def element(self) -> Block:
        """The rich text element; text longer than MAX_SPAN is cut."""
        for shape, kind, name in _NAMED if self.person is not None else ():
            if shape.fullmatch(self.person or ""):
                return {"type": kind, name: self.person}
        element: Block = {
            "type": "text",
            "text": cut(visible(self.text[: 2 * MAX_SPAN + 2]), MAX_SPAN) or " ",
        }
        if self.url is not None and _safe_url(self.url):
            element |= {"type": "link", "url": self.url}
        style = {name: True for name in ("bold", "italic", "code") if getattr(self, name)}
        if style:
            element["style"] = style
        return element


def styled(text: str, *, bold: bool = False) -> list[Span]:
    """Text with what stands in backticks as code and the rest bold or not; nothing of it acts."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return [Span(text, bold=bold)]
    return [Span(part, bold and not n % 2, code=bool(n % 2)) for n, part in enumerate(parts) if part]


def _safe_url(url: str) -> bool:
    return url.startswith(("https://", "http://")) and len(url) <= MAX_URL and url.isprintable()


@dataclass(frozen=True, slots=True)
class Confirm:
    """What Slack asks before a press counts: a title, what will happen, and the label of going on."""

    title: str
    text: str
    yes: str

    def element(self, style: str | None) -> Block:
        """The confirmation dialog object, each part cut to Slack's length."""
        shown: Block = {
            "title": _plain(self.title, MAX_CONFIRM_TITLE),
            "text": _plain(self.text, MAX_CONFIRM_TEXT),
            "confirm": _plain(self.yes, MAX_CONFIRM_LABEL),
            "deny": _plain("Back", MAX_CONFIRM_LABEL),
        }
        return shown if style is None else {**shown, "style": style}


@dataclass(frozen=True, slots=True)
class Button:
    """A button: `action` is what the handler listens to, `value` what it gets; `style` is `primary`,
    `danger` or None; `confirm` is asked first. `spoken` is what a screen reader says instead of a label that
    stands several times."""

    label: str
    action: str
    value: str
    style: str | None = None
    confirm: Confirm | None = None
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """One Slack message within every limit. `text` is what notifications and screen readers say."""

    text: str
    blocks: tuple[Block, ...]

    def __post_init__(self) -> None:
        if len(self.blocks) > MAX_BLOCKS or size(self.blocks) > MAX_MESSAGE:
            raise ValueError("a post exceeds Slack's limits: build it with pack()")
        if not self.text or len(self.text) > MAX_FALLBACK:
            raise ValueError("a post needs a fallback text of at most 3,000 characters")

    def payload(self) -> Block:
        """The arguments of chat.postMessage and chat.update, as plain JSON values."""
        return {"text": self.text, "blocks": list(self.blocks)}


def size(blocks: Iterable[Block]) -> int:
    """How much of a message's budget blocks use: the length of their JSON, an upper bound."""
    return sum(len(json.dumps(block)) + 2 for block in blocks)


def escape(text: str) -> str:
    """Text for a mrkdwn field (fallbacks): `&`, `<` and `>` as Slack wants them, so nothing acts."""
    return visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def header(text: str) -> Block:
    """The large first line, at most 150 characters; bold text when Slack could read it as markup."""
    line = cut(one_line(text), MAX_HEADER) or "covcheck"
    if any(char in line for char in "<>&"):
        return paragraph(Span(line, bold=True))
    return {"type": "header", "text": {"type": "plain_text", "text": line, "emoji": False}}


def divider() -> Block:
    """A thin line."""
    return {"type": "divider"}


def paragraph(*spans: Span) -> Block:
    """Running text; what exceeds a block is cut."""
    return _rich({"type": "rich_text_section", "elements": _fitting(spans)})


def aside(text: str) -> Block:
    """One line in small grey letters, for what is worth knowing and not the matter itself."""
    return {"type": "context", "elements": [_plain(text, MAX_ASIDE)]}


def bullets(rows: Sequence[Sequence[Span]]) -> tuple[Block, ...]:
    """A bullet list, as many blocks as its rows need."""
    sections = [{"type": "rich_text_section", "elements": _fitting(row)} for row in rows if row]
    groups: list[list[Block]] = []
    for section in sections:
        if not groups or size([*groups[-1], section]) > MAX_BLOCK:
            groups.append([])
        groups[-1].append(section)
    return tuple(_rich({"type": "rich_text_list", "style": "bullet", "elements": g}) for g in groups)


def quote(*spans: Span) -> Block:
    """Words of others, with a bar at their side."""
    return _rich({"type": "rich_text_quote", "elements": _fitting(spans)})


def code(text: str) -> Block:
    """Text in a fixed-width box, cut to MAX_CODE characters and to the size of a block."""
    shown = cut(visible(text).strip("\n"), MAX_CODE) or " "
    while len(json.dumps(shown)) > MAX_BLOCK - 200:
        shown = cut(shown, len(shown) * 3 // 4)
    return _rich({"type": "rich_text_preformatted", "elements": [{"type": "text", "text": shown}]})


def buttons(*items: Button) -> Block:
    """A row of at most 25 buttons. Raises ValueError when a value exceeds 2,000 characters."""
    return {"type": "actions", "elements": [_button(item, n) for n, item in enumerate(items[:MAX_ELEMENTS])]}


def _button(item: Button, number: int) -> Block:
    if len(item.value) > MAX_VALUE:
        raise ValueError(f"the value of button {item.action} is too long")
    element: Block = {
        "type": "button",
        "action_id": item.action,
        "text": _plain(item.label),
        "value": item.value,
    }
    if item.style is not None:
        element["style"] = item.style
    if item.spoken:
        element["accessibility_label"] = cut(one_line(item.spoken), MAX_LABEL) or item.label
    if item.confirm is not None:
        element["confirm"] = item.confirm.element(item.style)
    return element


def menu(label: str, action: str, options: Sequence[str]) -> Block:
    """A menu of names, each its own value: at most 100, as many as fit into one message.

    Raises ValueError when none of them can be offered (a value has 1 to 150 characters).
    """
    shown: list[Block] = []
    for name in dict.fromkeys(options):
        option = {"text": _plain(name), "value": name}
        fits = 0 < len(name) <= MAX_OPTION_VALUE and size([*shown, option]) <= MAX_MENU
        if fits and len(shown) < MAX_OPTIONS:
            shown.append(option)
    if not shown:
        raise ValueError("no option can be offered")
    select = {"type": "static_select", "action_id": action, "placeholder": _plain(label), "options": shown}
    return {"type": "actions", "elements": [select]}


def _plain(text: str, limit: int = MAX_LABEL) -> Block:
    return {"type": "plain_text", "text": cut(one_line(text), limit) or "?", "emoji": False}


def pack(fallback: str, blocks: Iterable[Block], last: Block | None = None) -> tuple[Post, ...]:
    """Blocks as one post or several, in order; `last` (buttons) closes the first of them.

    `fallback` is plain text and is escaped here.
    """
    room = size([last]) if last is not None else 0
    groups: list[list[Block]] = [[]]
    for block in blocks:
        reserved = room if len(groups) == 1 else 0
        if groups[-1] and (
            len(groups[-1]) >= MAX_BLOCKS - 1 or size([*groups[-1], block]) + reserved > MAX_MESSAGE
        ):
            groups.append([])
        groups[-1].append(block)
    if last is not None:
        groups[0].append(last)
    text = _fallback(fallback)
    texts = [text, *[_fallback(f"{one_line(fallback)} (continued)")] * (len(groups) - 1)]
    return tuple(Post(said, tuple(group)) for said, group in zip(texts, groups, strict=True))


def one_post(fallback: str, blocks: Iterable[Block], last: Sequence[Block], more: Block) -> Post:
    """Just one message, closed by `last`: the blocks that fit, in order, then `more` in place of the rest."""
    room = size([*last, more])
    shown: list[Block] = []
    for block in blocks:
        if len(shown) + len(last) + 1 >= MAX_BLOCKS or size([*shown, block]) + room > MAX_MESSAGE:
            shown.append(more)
            break
        shown.append(block)
    return Post(_fallback(fallback), (*shown, *last))


def _fallback(text: str) -> str:
    """Escaped text within MAX_FALLBACK; cut before escaping, so no entity is cut in two."""
    limit = MAX_FALLBACK
    said = escape(text)
    while len(said) > MAX_FALLBACK:
        limit = limit * 3 // 4
        said = escape(cut(text, limit))
    return said or "covcheck"


def _fitting(spans: Sequence[Span]) -> list[Block]:
    elements: list[Block] = []
    for span in spans:
        element = span.element()
        if size([*elements, element]) > MAX_BLOCK - 400:
            elements.append({"type": "text", "text": " … (cut)"})
            break
        elements.append(element)
    return elements or [{"type": "text", "text": " "}]


def _rich(*elements: Block) -> Block:
    return {"type": "rich_text", "elements": list(elements)}
