"""Every template function that is evaluated: text/template's, sprig's and Helm's own."""

from bot.path import helm_lists, helm_text
from bot.path.helm_registry import FUNCTIONS

__all__ = ["FUNCTIONS", "helm_lists", "helm_text"]
