"""Makefiles: variables, targets, recipes in order."""
