"""A service's coverage over time: its figures on a branch, and what changed against three others."""
