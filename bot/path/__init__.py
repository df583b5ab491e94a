"""Reads the coverage path of a service from a repo's files."""

from bot.path.assemble import read_path
from bot.path.discover import discover, find_service

__all__ = ["discover", "find_service", "read_path"]
