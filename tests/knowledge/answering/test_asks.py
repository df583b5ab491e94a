"""What an option of a request asks to be shown is answered; what asks for people is left to people."""

from __future__ import annotations

from knowledge.answering.model import Answered, OptionAnswer, Side
from knowledge.answering.questions import answer_asks
from knowledge.requests import read_request
from tests.knowledge.answering.sides import DOCKERFILE, PROOFS, SERVICES, places

REQUEST = """\
# Request: help with E2E coverage

**From**: Data Storage Team
**To**: Signal Processing Team

## How You Can Help

### Option 1: Quick Comparison
Could you share with us:
1. **Your Dockerfile build command** (especially `-ldflags`)
2. **Your base container image**
3. **Any gotchas** you encountered and solved

### Option 2: Pair Programming Session
Would someone be available for a 30-minute session?
"""


def answered(ours: Side | None, theirs: Side | None, text: str = REQUEST) -> tuple[OptionAnswer, ...]:
    return answer_asks(read_request(text, known=SERVICES), ours, theirs, PROOFS)


def test_each_thing_that_is_asked_for_is_shown(theirs: Side, ours: Side) -> None:
    (option,) = answered(ours, theirs)
    assert (option.option.n, option.option.title) == ("1", "Quick Comparison")
    build, image, gotchas = option.answers
    assert (build.status, image.status) == (Answered.ANSWERED, Answered.ANSWERED)
    assert any(place.startswith(f"{DOCKERFILE}:") for place in places(build))
    assert image.text.startswith("The final image is FROM")
    assert gotchas.status is Answered.PARTLY
    assert any("met on the way" in gap.what for gap in gotchas.missing)


def test_nobody_known_to_be_asked(ours: Side) -> None:
    (option,) = answered(ours, None)
    assert all(answer.status is not Answered.ANSWERED for answer in option.answers)


def test_a_request_without_options(theirs: Side, ours: Side) -> None:
    assert answered(ours, theirs, "# Help\n\nIt does not work.\n") == ()
