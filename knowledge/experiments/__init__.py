"""Claims that can be run: small Go programs of ours, built and run in the ways people suspect.

A claim is a module in `cases/`; `runner` runs it with a Go that is at hand, `judge` holds what was seen
against what the claim says, `results` keeps it, `stale` tells which articles lose their ground.
"""
