"""Kustomizations built from the files of the repo."""
