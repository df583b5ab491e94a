"""Holds what was seen against what a claim says. Pure."""

from __future__ import annotations

from knowledge.experiments.model import Expected, Observed


def differences(expected: Expected, observed: Observed) -> tuple[str, ...]:
    """One sentence for each thing that is not as claimed; empty when the claim reproduced."""
    found = []
    if expected.symptom is not None and observed.symptom is not expected.symptom:
        found.append(f"symptom {observed.symptom or 'not seen'} instead of {expected.symptom}")
    if expected.exits and observed.exit not in expected.exits:
        wanted = " or ".join(map(str, expected.exits))
        found.append(f"exit status {observed.exit} instead of {wanted}")
    found += [f"stderr does not say {text!r}" for text in expected.says if text not in observed.stderr]
    if expected.silent and observed.stderr.strip():
        found.append(f"stderr is not silent: {observed.stderr.splitlines()[0]}")
    for name, value in expected.facts.items():
        if name not in observed.facts:
            found.append(f"{name} was not seen")
        elif observed.facts[name] != value or type(observed.facts[name]) is not type(value):
            found.append(f"{name}: {observed.facts[name]!r} instead of {value!r}")
    return tuple(found)
