"""An answered help request opens the case that a check of the same service then joins."""

from __future__ import annotations

from pathlib import Path

from dbos import DBOS

from bot.store.answers import Store
from tests.scenarios.real import real_bot
from tests.scenarios.request import REQUEST


def test_a_request_and_a_check_of_its_service_are_one_case(tmp_path: Path) -> None:
    with real_bot(tmp_path, github=False) as real:

        def settled() -> bool:
            return not DBOS.list_workflows(status=["ENQUEUED", "PENDING"], limit=1)

        _, said = real.client.mention(REQUEST)
        real.slack.wait(settled, 60.0)
        real.client.command("datastorage")
        real.slack.wait(settled, 60.0)
        store = Store(f"sqlite:///{tmp_path}/store.sqlite")
        (case,) = store.cases.cases()
        store.close()
        assert (case.kind, case.service, case.state) == ("request", "datastorage", "open")
        assert (case.thread, case.rule) == (said["ts"], "extramount-wrong-node")
        assert case.summary
        assert case.fix
        assert case.question.startswith("E2E coverage of DataStorage is empty")
        assert "Do you use a multi-stage build?" in case.question
        assert [row[0] for row in case.evidence]
        assert real.slack.violations == []
