"""The trend: what is drawn, with gaps where there is no data, in words too."""

from __future__ import annotations

import random

import pytest

from bot.digest.build import build_digest
from bot.digest.chart import HEIGHT, WIDTH, chart_png
from bot.digest.model import ServiceHistory
from bot.digest.trend import alt_text, trend
from tests.digest.test_build import WEEK, figure, history


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG")
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])


def many(services: int) -> list[ServiceHistory]:
    chance = random.Random(1)
    made = []
    for number in range(services):
        level, figures = chance.uniform(300, 800), []
        for day in range(18, 107, chance.choice((1, 2, 7))):
            level = min(max(level + chance.uniform(-15, 17), 0), 1_000)
            figures.append(figure(f"service-{number:02}", day, int(level)))
        made.append(history(f"service-{number:02}", *figures))
    return made


def test_the_whole_is_weighed_and_forgets_what_is_too_old() -> None:
    histories = [
        history("big", figure("big", 60, 3_000, 4_000), figure("big", 61, 2_000, 4_000)),
        history("small", figure("small", 61.5, 0, 1_000), figure("small", 105, 500, 1_000)),
    ]
    drawn = trend(histories, build_digest(histories, WEEK))
    assert [(round(at / 86_400), round(value)) for at, value in drawn.whole.points] == [
        (61, 75),
        (62, 40),
        (106, 50),
    ]


def test_the_chart_in_words() -> None:
    histories = [history("gateway", figure("gateway", 97, 658), figure("gateway", 103, 721))]
    digest = build_digest(histories, WEEK)
    assert alt_text(trend(histories, digest), digest) == (
        "Coverage of 1 service over 6 days: from 65.8% to 72.1%. Moved most: gateway +6.3 to 72.1%."
    )


def test_a_service_that_stopped_is_drawn_as_without_data() -> None:
    histories = [
        history("gateway", figure("gateway", 97, 658), figure("gateway", 103, 721)),
        history("queue", figure("queue", 60, 400), figure("queue", 80, 400)),
    ]
    digest = build_digest(histories, WEEK)
    drawn = trend(histories, digest)
    assert [(each.label, each.named, each.ended) for each in drawn.services] == [
        ("gateway", True, False),
        ("queue", True, True),
    ]
    assert alt_text(drawn, digest).endswith("Moved most: gateway +6.3 to 72.1%. No data any more: queue.")
    assert size(chart_png(drawn, "x")) == (WIDTH, HEIGHT)


@pytest.mark.parametrize("services", [0, 1, 40])
def test_a_picture_comes_of_any_number_of_services(services: int) -> None:
    histories = many(services)
    digest = build_digest(histories, WEEK)
    assert size(chart_png(trend(histories, digest), "E2E coverage $x$")) == (WIDTH, HEIGHT)


def test_only_those_that_moved_most_are_named() -> None:
    histories = many(40)
    digest = build_digest(histories, WEEK, minimum=0.1)
    named = [series.label for series in trend(histories, digest).services if series.named]
    assert sorted(named) == sorted(line.service for line in digest.moved[:5])
    assert len(named) == 5
