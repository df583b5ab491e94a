"""Kubernetes events about the workload, its ReplicaSets and its pods, the newest first."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from bot.cluster.client import Cluster, Object
from bot.cluster.ends import epoch
from bot.cluster.objects import name_of, owners_of, selector_text
from bot.cluster.permissions import Permission
from bot.cluster.probes.base import Probe
from bot.cluster.refusals import clause
from bot.cluster.target import Target
from bot.cluster.together import together
from bot.errors import ClusterError
from bot.facts.live import EventSeen
from bot.model import Link, Missing
from bot.redact import redact

PROBE = Probe(
    "events",
    (
        Permission("list", "Event", None, "read the events of the workload and its pods"),
        Permission("list", "ReplicaSet", None, "find the ReplicaSets of a Deployment"),
    ),
    "one list of events an object: the workload, its ReplicaSets, its pods",
    "what Kubernetes said of the workload: failed mounts and image pulls, scheduling, kills, probes",
)
PERMISSIONS = PROBE.permissions

MAX_OBJECTS = 24
MAX_EVENTS = 60
MAX_MESSAGE = 1_000
USUAL = frozenset(
    {"Scheduled", "Pulled", "Pulling", "Created", "Started", "SuccessfulCreate", "ScalingReplicaSet"}
    | {"SuccessfulDelete", "LeaderElection", "NodeNotReady"}
)
"""Reasons of events that say only that all goes its way."""


def see_events(cluster: Cluster, target: Target) -> tuple[tuple[EventSeen, ...], tuple[Missing, ...]]:
    """The events that say more than that all goes its way, newest first, at most MAX_EVENTS."""
    try:
        objects = [(target.kind, target.name, target.uid), *_sets(cluster, target)]
        objects += [("Pod", name_of(pod), str(pod["metadata"]["uid"])) for pod in target.pods]
        named = dict.fromkeys(objects)
        asked = [partial(_about, cluster, target.namespace, *each) for each in list(named)[:MAX_OBJECTS]]
        found = [event for events in together(asked) for event in events]
    except ClusterError as error:
        return (), (Missing("the events of the workload", clause(error), Link.RUN, needed=False),)
    return tuple(sorted(read_events(found), key=lambda event: -event.at)[:MAX_EVENTS]), ()


def _sets(cluster: Cluster, target: Target) -> list[tuple[str, str, str]]:
    """The ReplicaSets of a Deployment: a pod that is refused (a quota, Pod Security) shows only there."""
    if target.kind != "Deployment":
        return []
    labels = selector_text(target.body["spec"]["selector"])
    sets = cluster.list("ReplicaSet", target.namespace, labels=labels).items
    mine = [each for each in sets if target.uid in {owner["uid"] for owner in owners_of(each)}]
    wanted = [each for each in mine if (each.get("spec") or {}).get("replicas")]
    return [("ReplicaSet", name_of(each), str(each["metadata"]["uid"])) for each in wanted]


def _about(cluster: Cluster, namespace: str, kind: str, name: str, uid: str) -> tuple[Object, ...]:
    fields = f"involvedObject.kind={kind},involvedObject.name={name}"
    events = cluster.list("Event", namespace, fields=fields).items
    return tuple(event for event in events if event["involvedObject"].get("uid") in (uid, None))


def read_events(events: Iterable[Object]) -> list[EventSeen]:
    """Events of the API as facts; those that say only that all goes its way are left out."""
    return [_event(each) for each in events if str(each.get("reason") or "") not in USUAL]


def _event(event: Object) -> EventSeen:
    involved, series = event["involvedObject"], event.get("series") or {}
    about = f"{str(involved.get('kind', '')).lower()}/{involved.get('name', '')}"
    reason, message = str(event.get("reason") or ""), redact(str(event.get("message") or ""))[:MAX_MESSAGE]
    count = int(series.get("count") or event.get("count") or 1)
    text = f"{reason}, {count} times" if count > 1 else reason
    return EventSeen(
        kind=str(event.get("type") or "Normal"),
        reason=reason,
        message=message,
        about=about,
        count=count,
        at=_time(event, series),
        seen=PROBE.saw(about.replace("/", " ", 1), text, message),
    )


def _time(event: Object, series: dict[str, Any]) -> float:
    """When it was last seen: events of the old and of the new API note that in different fields."""
    given = (series.get("lastObservedTime"), event.get("lastTimestamp"), event.get("eventTime"))
    times = (*given, event.get("firstTimestamp"), event["metadata"].get("creationTimestamp"))
    return next((at for text in times if (at := epoch(text)) is not None), 0.0)
