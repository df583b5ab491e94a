"""All cases. The expectations are those of causes.md, written before covcheck was asked."""

from __future__ import annotations

from tests.matrix.case import Case
from tests.matrix.cases.build import BUILD
from tests.matrix.cases.collect import COLLECT
from tests.matrix.cases.data import DATA
from tests.matrix.cases.healthy import HEALTHY
from tests.matrix.cases.image import IMAGE
from tests.matrix.cases.node import NODE
from tests.matrix.cases.run import RUN
from tests.matrix.cases.stop import STOP
from tests.matrix.cases.volume import VOLUME

FAULTS: tuple[Case, ...] = (*BUILD, *IMAGE, *RUN, *VOLUME, *NODE, *STOP, *COLLECT, *DATA)
CASES: tuple[Case, ...] = (*FAULTS, *HEALTHY)
