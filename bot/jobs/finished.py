"""Jobs that have ended: what the queue keeps of them is forgotten with age.

A job's id makes it once, so one that is forgotten could be carried out again: ages must be far beyond every
retry and every slot that is made up for (six days).
"""

from __future__ import annotations

from datetime import UTC, datetime

from dbos import DBOS

_ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_OPEN = ["ENQUEUED", "PENDING"]
_AT_ONCE = 500


def forget_finished(before: float) -> int:
    """Forget the jobs that were handed in and ended before a time (seconds since the epoch); how many."""
    day, gone = datetime.fromtimestamp(before, UTC).isoformat(), 0
    while True:
        found = DBOS.list_workflows(
            status=_ENDED,
            end_time=day,
            completed_before=day,
            limit=_AT_ONCE,
            load_input=False,
            load_output=False,
        )
        if not found:
            return gone
        DBOS.delete_workflows([each.workflow_id for each in found])
        gone += len(found)


def under_way() -> tuple[str, ...]:
    """The ids of the jobs that have not ended."""
    found = DBOS.list_workflows(status=_OPEN, load_input=False, load_output=False)
    return tuple(each.workflow_id for each in found)
