"""Ends of containers and who scaled, read from objects as the API gives them."""

from __future__ import annotations

from bot.cluster.client import Change
from bot.cluster.ends import PodEnd, ended_of, see_end, who_scaled
from bot.cluster.lease import LONGEST_NAME, lease_name
from bot.cluster.stopreport import exit_text, missing_of, stop_seen
from bot.facts.live import Ended


def pod(state: dict, *, deleting: bool = True) -> dict:
    metadata = {"name": "p", "uid": "u"}
    if deleting:
        metadata |= {"deletionTimestamp": "2026-11-23T01:02:03Z", "deletionGracePeriodSeconds": 30}
    return {"metadata": metadata, "status": {"containerStatuses": [{"name": "main", "state": state}]}}


KILLED = {"terminated": {"exitCode": 137, "reason": "OOMKilled", "finishedAt": "2026-11-23T01:01:38Z"}}


def an_end(running: bool = True) -> PodEnd:
    return PodEnd("p", "u", 30, running, "CrashLoopBackOff")


def test_the_end_of_a_container():
    assert ended_of(pod(KILLED), "main") == Ended(137, "OOMKilled", finished_at=1795395698.0)
    assert ended_of(pod(KILLED), "side") is None
    assert ended_of(pod({"running": {}}), "main") is None
    assert ended_of({"metadata": {}}, "main") is None


def test_the_seconds_by_the_clocks_of_the_cluster():
    end = an_end()
    see_end(end, Change("MODIFIED", pod(KILLED)), "main")
    assert end.server_seconds == 5.0
    assert stop_seen(end, None, 0.0, 0.0).seconds == 5.0


def test_a_pod_that_goes_while_its_container_runs_has_no_exit_code():
    end = an_end()
    see_end(end, Change("DELETED", pod({"running": {}})), "main")
    assert (end.gone, end.ended) == (True, None)
    assert [missing.needed for missing in missing_of(end, None, 40, "main")] == [True]
    assert "gone before" in next(missing_of(end, None, 40, "main")).reason


def test_an_exit_code_that_was_seen_stays_when_the_pod_goes():
    end = an_end()
    see_end(end, Change("MODIFIED", pod(KILLED)), "main")
    see_end(end, Change("DELETED", pod({"running": {}})), "main")
    assert end.ended is not None
    assert list(missing_of(end, None, 40, "main")) == []


def test_what_stays_unseen():
    assert "had not ended 40 s" in next(missing_of(an_end(), None, 40, "main")).reason
    assert "CrashLoopBackOff" in next(missing_of(an_end(running=False), None, 40, "main")).reason
    assert "cannot be told" in next(missing_of(an_end(), None, 40, None)).reason


def test_words_of_exit_codes():
    assert exit_text(Ended(0, "Completed")) == "exit code 0"
    assert exit_text(Ended(2, "Error")) == "exit code 2"
    assert exit_text(Ended(137, "Error")) == "exit code 137 (SIGKILL)"
    assert exit_text(Ended(137, "OOMKilled")) == "exit code 137 (SIGKILL, OOMKilled)"
    assert exit_text(Ended(143, "Error")) == "exit code 143 (SIGTERM)"


def test_who_scaled():
    spec, other = {"f:spec": {"f:replicas": {}}}, {"f:spec": {"f:template": {}}}
    fields = [
        {"manager": "old", "time": "2026-11-23T01:00:00Z", "fieldsV1": spec},
        {"manager": "argocd-controller", "time": "2026-11-23T01:00:09Z", "fieldsV1": spec},
        {"manager": "kubectl", "time": "2026-11-23T01:00:10Z", "fieldsV1": other},
    ]
    assert who_scaled({"metadata": {"managedFields": fields}}) == "argocd-controller at 2026-11-23T01:00:09Z"
    assert "no name" in who_scaled({"metadata": {"managedFields": fields[2:]}})
    assert "no name" in who_scaled({"metadata": {}})


def test_names_of_leases():
    assert lease_name("Deployment", "shop") == "covcheck-deployment-shop"
    long, other = "s" * 253, "s" * 252 + "t"
    assert len(lease_name("StatefulSet", long)) <= LONGEST_NAME
    assert lease_name("StatefulSet", long) != lease_name("StatefulSet", other)
    assert lease_name("StatefulSet", long) == lease_name("StatefulSet", long)
