"""Which workloads and containers a service's name can mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from bot.cluster.client import Object
from bot.cluster.objects import labels_of, name_of, pod_labels

LABELS = (
    "app.kubernetes.io/name",
    "app.kubernetes.io/component",
    "app.kubernetes.io/instance",
    "app",
    "k8s-app",
)
"""Labels that name a service, the most telling first."""


def squeezed(name: str) -> str:
    """A name without separators and case: `data-storage` and `DataStorage` are `datastorage`."""
    return re.sub(r"[-_. ]+", "", name).lower()


def best_matches(bodies: Iterable[Object], names: frozenset[str]) -> tuple[Object, ...]:
    """The objects that fit the names best: all that fit equally well; empty when none fits.

    By name as it is, by name without separators, by each label of LABELS, by words at the start or end of
    the name (`shop-api` for `api`).
    """
    candidates = tuple(bodies)
    for fits in _stages(names):
        found = tuple(body for body in candidates if fits(body))
        if found:
            return found
    return ()


def _stages(names: frozenset[str]) -> Iterator[Callable[[Object], bool]]:
    loose = frozenset(map(squeezed, names))
    yield lambda body: name_of(body) in names
    yield lambda body: squeezed(name_of(body)) in loose
    for label in LABELS:
        yield partial(_labelled, label, loose)
    yield lambda body: any(squeezed(part) in loose for part in _ends(name_of(body)))


def _labelled(label: str, loose: frozenset[str], body: Object) -> bool:
    values = {labels_of(body).get(label, ""), pod_labels(body).get(label, "")} - {""}
    return any(squeezed(value) in loose for value in values)


def _ends(name: str) -> Iterator[str]:
    """The starts and ends of a name, by whole words: `a-b-c` gives a, a-b, b-c, c."""
    words = re.split(r"[-_.]+", name)
    for count in range(1, len(words)):
        yield "-".join(words[:count])
        yield "-".join(words[-count:])
