"""Probes: one question to the cluster each, with the permissions they need and what they cost."""
