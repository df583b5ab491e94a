"""Go's coverage data (`covmeta.*`, `covcounters.*`) read, merged and reported without Go."""

from bot.covdata import report
from bot.covdata.merge import merge
from bot.covdata.pattern import matcher
from bot.covdata.pods import find_pods
from bot.covdata.problems import DataError, Problem
from bot.covdata.profile import Profile, load

__all__ = ["DataError", "Problem", "Profile", "find_pods", "load", "matcher", "merge", "report"]
