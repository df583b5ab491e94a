"""Scripts run in an ephemeral container beside a service, as the service's user.

Root of the container becomes the user by `su` with a line in its own `/etc/passwd` (busybox's setpriv
cannot change the user). A user that is not root cannot become another one: then a new container is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.cluster.attach import Attached
from bot.cluster.client import Cluster
from bot.cluster.probes.base import records
from bot.cluster.probes.process import DAC_OVERRIDE, Identity
from bot.errors import ClusterRefused

BECOME = r"""
if ! grep -q "^cc$CC_UID-$CC_GID:" /etc/passwd; then
  echo "cc$CC_UID-$CC_GID:x:$CC_UID:$CC_GID::/:/bin/sh" >>/etc/passwd || exit 97
  for g in $CC_GROUPS; do echo "ccg$CC_UID-$g:x:$g:cc$CC_UID-$CC_GID" >>/etc/group; done
fi
exec su -s /bin/sh "cc$CC_UID-$CC_GID" -c "$CC_SCRIPT"
"""
LIMIT = 32 << 20
SET_IDS = 1 << 6 | 1 << 7
"""CAP_SETGID and CAP_SETUID (capability.h)."""


@dataclass(slots=True)
class Session:
    """One ephemeral container; `own` is as whom it runs, known after the first look."""

    cluster: Cluster
    attached: Attached
    seconds: float
    own: Identity | None = field(default=None)

    def run(self, script: str, values: Mapping[str, str], become: Identity | None = None) -> bytes:
        """What a shell script prints; `values` are its environment, `become` as whom it runs.

        Raises ClusterError, ClusterRefused when the script could not run.
        """
        given = dict(values)
        if become is not None and self.own is not None and not _same_user(self.own, become):
            groups = " ".join(str(group) for group in become.groups)
            given |= {
                "CC_UID": str(become.uid),
                "CC_GID": str(become.gid),
                "CC_GROUPS": groups,
                "CC_SCRIPT": script,
            }
            script = BECOME
        words = ("env", *(f"{key}={value}" for key, value in given.items()), "sh", "-c", script)
        at = self.attached
        ran = self.cluster.exec(at.namespace, at.pod, at.name, words, seconds=self.seconds, limit=LIMIT)
        if ran.code != 0 and not ran.stdout:
            said = ran.error or ran.stderr.decode("utf-8", "replace").strip() or f"exit code {ran.code}"
            raise ClusterRefused(f"A look into pod {at.pod} failed: {said.splitlines()[0][:200]}")
        return ran.stdout

    def ask(self, script: str, values: Mapping[str, str], become: Identity | None = None) -> dict[str, str]:
        """The records that a script prints, the last of each key."""
        return dict(records(self.run(script, values, become)))


def _same_user(one: Identity, other: Identity) -> bool:
    return (one.uid, one.gid) == (other.uid, other.gid)


def can_read(own: Identity, other: Identity) -> bool:
    """Whether a process may read another's environment and root as it is, or by `su` (ptrace(2)):
    the same ids, and no capability that it lacks itself."""
    if own.uid == 0 and other.uid != 0:
        return own.effective & SET_IDS == SET_IDS and not other.permitted
    return _same_user(own, other) and not other.permitted & ~own.effective


def writes_like(own: Identity, other: Identity) -> bool:
    """Whether what a session may write says what the service may: root without CAP_DAC_OVERRIDE is no
    root for files."""
    if other.uid != 0:
        return True
    return (own.effective ^ other.effective) & DAC_OVERRIDE == 0
