"""The digest in Slack: limits by construction, hostile names, quiet, nothing at all."""

from __future__ import annotations

import json
from pathlib import Path

from bot.digest.build import build_digest
from bot.digest.gather import Gathered
from bot.digest.model import Blocked, ServiceHistory
from bot.digest.slack import DigestPosts, digest_posts
from bot.localslack.reading import reading
from bot.render.blocks import MAX_BLOCKS, MAX_MESSAGE, size
from tests.digest.test_build import DAY, WEEK, figure, history


def posted(tmp_path: Path, *histories: ServiceHistory) -> DigestPosts:
    return digest_posts(Gathered(build_digest(histories, WEEK), histories, "main"), tmp_path)


def test_what_moved_is_named_with_its_reason(tmp_path: Path) -> None:
    made = posted(
        tmp_path,
        history("gateway", figure("gateway", 99, 658), figure("gateway", 103, 721)),
        history("datastorage", figure("datastorage", 99, 511), figure("datastorage", 103, 480)),
        history("notification", blocked=Blocked("collect-before-exit", "Too early.", 102 * DAY)),
    )
    assert made.message.text == (
        "E2E coverage, week 16 · 2 of 3 services reported · 60.0% (+1.6). gateway up 6.3 points to 72.1%. "
        "datastorage down 3.1 points to 48.0%. No data: notification (collect-before-exit since 13 April)."
    )
    assert "▲ gateway 72.1 (+6.3: pkg/a +6.3 at ccccccc)" in reading(made.message.blocks)
    thread = json.dumps(made.thread[0].payload(), ensure_ascii=False)
    assert "███████░░░" in thread
    assert "Too early." in thread


def test_quiet_and_nothing(tmp_path: Path) -> None:
    quiet = posted(tmp_path, history("cart", figure("cart", 99, 500), figure("cart", 103, 502)))
    assert "Quiet: nothing moved" in quiet.message.text
    empty = posted(tmp_path)
    assert (empty.thread, "no data" in empty.message.text) == ((), True)
    assert empty.chart.alt_text == "Coverage over time: no data."


def test_hostile_names_fit_and_do_not_act(tmp_path: Path) -> None:
    names = [f"<!channel> &\u202e*x*`{'y' * 4_000}{number}" for number in range(120)]
    blocked = Blocked("r" * 5_000, "<@U1> " * 3_000, 102 * DAY, url="javascript:alert(1)")
    made = posted(
        tmp_path,
        *(history(name, figure(name, 99, 500), figure(name, 103, 700)) for name in names[:60]),
        *(history(name, blocked=blocked) for name in names[60:]),
    )
    for post in (made.message, *made.thread):
        assert len(post.blocks) <= MAX_BLOCKS
        assert size(post.blocks) <= MAX_MESSAGE
        assert "<!channel>" not in post.text
        assert "\u202e" not in json.dumps(post.payload(), ensure_ascii=False)
        assert not {"user", "channel", "link", "mrkdwn"} & set(kinds(post.payload()))


def kinds(value: object) -> list[str]:
    if isinstance(value, dict):
        return [str(value.get("type", "")), *(kind for each in value.values() for kind in kinds(each))]
    return [kind for each in value for kind in kinds(each)] if isinstance(value, list) else []
