"""The host directory may lack the SELinux label that containers need.

What it looks at: the SELinux type that the pod asks for, and `selinuxRelabel` of the Kind extraMount. Where
no file speaks of SELinux, this rule is silent.

Why it empties the figure: under SELinux a container may write only into directories with its label; kind
relabels an extraMount only when it is asked to (kind documentation, `selinuxRelabel`).

How to fix: set `selinuxRelabel: true` on the extraMount.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.joints import service_container
from bot.facts.path import CoveragePath
from bot.facts.places import mounts_in_reach
from bot.model import Certainty, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "With SELinux on, a container may not write into a host directory that was not relabelled."


@rule(
    "selinux-relabel",
    Link.VOLUME,
    title="The host directory may need an SELinux label",
    source="kind documentation",
    symptom=Symptom.NOTHING,
)
def selinux_relabel(path: CoveragePath) -> Iterator[Hit | Missing]:
    container, workload = service_container(path), path.workload
    if container is None or workload is None:
        return
    label = container.security.selinux_type or workload.security.selinux_type
    reach = [extra for _, extra in mounts_in_reach(path)]
    if label is None or label.value in (None, "", "spc_t") or not reach or reach[0].selinux_relabel:
        return
    yield Hit(
        f"The pod has SELinux type {label.value}; extraMount {reach[0].container_path} is not relabelled.",
        WHY,
        Fix("Set selinuxRelabel: true on the extraMount."),
        (reach[0].evidence, label.evidence),
        Certainty.POSSIBLE,
    )
