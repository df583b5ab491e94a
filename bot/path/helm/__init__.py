"""Helm charts rendered tolerantly, line by line."""
