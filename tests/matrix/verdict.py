"""What covcheck said of a case, held against what must come out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.model import Symptom
from tests.matrix.case import Case

ALLOWED_SECONDS = 10.0


class Verdict(StrEnum):
    """`first`: the cause comes first. `named`: it is among the causes. `abstained`: no cause is named, and
    that is said. `wrong`: another cause, or CLEAR. `clean`, `alarm`: of a healthy case. `crashed`: no answer.
    """

    FIRST = "first"
    NAMED = "named"
    ABSTAINED = "abstained"
    WRONG = "wrong"
    CLEAN = "clean"
    ALARM = "alarm"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run of `covcheck live`. `answer` is its JSON, None when it gave none; `seconds` from the command to
    the verdict, `stop` the longest stop of a pod; `left` what was not put back."""

    case: Case
    code: int
    answer: dict[str, Any] | None
    errors: str
    seconds: float
    left: tuple[str, ...] = ()

    @property
    def causes(self) -> tuple[str, ...]:
        return tuple(cause["rule"] for cause in (self.answer or {}).get("causes", ()))

    @property
    def certainty(self) -> str:
        causes = (self.answer or {}).get("causes", ())
        return str(causes[0]["certainty"]) if causes else ""

    @property
    def status(self) -> str:
        return str((self.answer or {}).get("status", ""))

    @property
    def symptom(self) -> Symptom | None:
        found = (self.answer or {}).get("symptom")
        return None if found is None else Symptom(found)

    @property
    def percent(self) -> float | None:
        found = (self.answer or {}).get("coverage") or {}
        value = found.get("percent")
        return None if value is None else float(value)

    @property
    def stop(self) -> float:
        return max((float(pod["seconds"]) for pod in (self.answer or {}).get("stop", ())), default=0.0)

    @property
    def beyond(self) -> float:
        """Seconds from the command to the verdict, without the pod's own stop."""
        return self.seconds - self.stop

    @property
    def verdict(self) -> Verdict:
        if self.answer is None:
            return Verdict.CRASHED
        if self.case.healthy:
            clean = not self.causes and self.percent is not None and self.status != "FOUND"
            return Verdict.CLEAN if clean else Verdict.ALARM
        if self.case.rule in self.causes:
            return Verdict.FIRST if self.causes[0] == self.case.rule else Verdict.NAMED
        return Verdict.ABSTAINED if not self.causes and self.status == "INCONCLUSIVE" else Verdict.WRONG

    @property
    def slow(self) -> bool:
        """Whether the verdict took longer than allowed. Told in the report, no failure: it is the machine's
        load as well."""
        return self.beyond > ALLOWED_SECONDS

    @property
    def complaints(self) -> tuple[str, ...]:
        """Everything that is not as it must be; empty for a case that holds."""
        return tuple(self._complaints())

    def _complaints(self) -> list[str]:
        found = [] if self.verdict in (Verdict.FIRST, Verdict.CLEAN) else [str(self.verdict)]
        if self.answer is None:
            return [*found, self.errors.strip()[-300:]]
        if self.symptom not in self.case.symptoms:
            found.append(f"symptom {self.symptom}")
        found += [f"no observation says {word!r}" for word in self.case.words if not self._says(word)]
        if self.case.healthy and self.status != "CLEAR":
            found.append(f"status {self.status}")
        return [*found, *(f"left behind: {each}" for each in self.left)]

    def _says(self, word: str) -> bool:
        answer = self.answer or {}
        seen = [answer.get("observations"), [cause.get("observations") for cause in answer.get("causes", ())]]
        return word.lower() in json.dumps(seen, ensure_ascii=False).lower()
