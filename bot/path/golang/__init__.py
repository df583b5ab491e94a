"""Reads Go code: the modules of a repo, a service's package main, and end-to-end suites."""

from bot.path.golang.called import Caller
from bot.path.golang.mainpackage import read_main
from bot.path.golang.modfile import read_module
from bot.path.golang.repo import GoRepo
from bot.path.golang.suite import SuiteReading, read_suite

__all__ = ["Caller", "GoRepo", "SuiteReading", "read_main", "read_module", "read_suite"]
