"""The fault matrix: faults put into a real cluster one at a time, and what `covcheck live` says of them.

`python -m tests.matrix` runs it; with `--write` it leaves docs/accuracy.md.
"""
