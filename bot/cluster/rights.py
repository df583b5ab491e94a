"""What the account lacks of what a run needs, asked of the cluster itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from bot.cluster.client import Cluster
from bot.cluster.permissions import Permission, all_permissions
from bot.cluster.together import together
from bot.errors import ClusterForbidden


@dataclass(frozen=True, slots=True)
class Lack:
    """A permission that the account has not got in `namespace` (None: the whole cluster).

    `told` False: the cluster does not say.
    """

    permission: Permission
    namespace: str | None
    told: bool = True

    @property
    def text(self) -> str:
        """`patch pods/ephemeralcontainers in shop: without it covcheck cannot look into a running pod`."""
        where = f"in {self.namespace}" if self.namespace else "in the cluster"
        what = f"{self.permission.verb} {self.permission.resource} {where}"
        if not self.told:
            return f"{what}: whether it is allowed cannot be told"
        return f"{what}: without it covcheck cannot {self.permission.purpose}"


def lacks(
    cluster: Cluster,
    namespace: str,
    tool_namespace: str = "",
    *,
    needs: Iterable[Permission] | None = None,
    used: frozenset[str] | None = None,
) -> tuple[Lack, ...]:
    """What is missing in the namespace, in that of the tool pods (empty: the same) and in the cluster.

    `used` are the kinds of workload and volume that count for `Permission.only`; None: only what every run
    needs. Each verb is asked about once, several at a time. Raises ClusterUnavailable.
    """
    places = {"workload": namespace, "tools": tool_namespace or namespace, "cluster": None}
    wanted: dict[tuple[str | None, str, str], Permission] = {}
    for each in all_permissions() if needs is None else needs:
        if each.only is None or each.only in (used or ()):
            key = (places[each.place], each.resource, each.verb)
            if key not in wanted or each.vital:
                wanted[key] = each
    asked = [(permission, where) for (where, _, _), permission in wanted.items()]
    found = together([partial(_missing, cluster, permission, where) for permission, where in asked])
    return tuple(lack for lack in found if lack is not None)


def _missing(cluster: Cluster, permission: Permission, namespace: str | None) -> Lack | None:
    try:
        may = cluster.allows(permission.verb, permission.kind, namespace, permission.sub)
    except ClusterForbidden:
        return Lack(permission, namespace, told=False)
    return None if may else Lack(permission, namespace)
