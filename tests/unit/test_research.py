"""Which messages of a channel get an answer unasked, and which service a question names."""

from __future__ import annotations

import pytest

from bot.jobs.research import services_named, speaks_to_us
from bot.model import Service
from handlers.questions import asks_something
from knowledge.ask import ask
from knowledge.base import KnowledgeBase

SERVICES = (
    Service("datastorage", {}, aliases=("data-storage",)),
    Service("signalprocessing", {}),
    Service("api", {}),
)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return KnowledgeBase(tmp_path_factory.mktemp("kb"))


def taken(base, text):
    if not asks_something(text):
        return False
    asked = ask(base, text)
    return asked.answered and speaks_to_us(text, asked)


@pytest.mark.parametrize(
    "text",
    [
        "why do I get covmeta but no covcounters?",
        "do I need to set GOCOVERDIR in the pod or in the dockerfile?",
        "does kubectl delete --force lose the coverage?",
        "is -covermode=atomic needed for a server?",
        "can a non-root user write coverage data to a hostPath?",
        "how long must terminationGracePeriodSeconds be for coverage?",
        'what does "no applicable files found" from go tool covdata mean?',
        "does os.Exit lose coverage counters?",
    ],
)
def test_what_the_base_knows_is_answered_unasked(base, text):
    assert taken(base, text)


@pytest.mark.parametrize(
    "text",
    [
        "can someone cover my shift on friday?",
        "is there a recording of the coverage meeting?",
        "what is our test coverage target this quarter?",
        "who owns the coverage dashboard?",
        "is insurance coverage included in the package?",
        "how do I write a cover letter?",
        "how do we measure javascript coverage with istanbul?",
        "when will the coverage report be sent out?",
        "how do I recover a deleted branch?",
        "how do I instrument my service with prometheus metrics?",
        "is the cluster down again?",
        "who stopped the pod?",
        "how do I mount a volume in kubernetes?",
        "how to set env variables in a deployment?",
    ],
)
def test_what_only_sounds_like_it_is_left_alone(base, text):
    assert not taken(base, text)


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("why is datastorage empty?", ["datastorage"]),
        ("why is DataStorage empty", ["datastorage"]),
        ("the data storage service", ["datastorage"]),
        ("data_storage and signalprocessing differ", ["datastorage", "signalprocessing"]),
        ("is the api empty?", []),
        ("is the storage of data empty?", []),
        ("", []),
    ],
)
def test_services_that_a_question_names(question, names):
    assert [service.name for service in services_named(question, SERVICES)] == names
