"""Every template function that is evaluated: text/template's, sprig's and Helm's own."""

from bot.path.helm import lists as helm_lists
from bot.path.helm import text as helm_text
from bot.path.helm.registry import FUNCTIONS

__all__ = ["FUNCTIONS", "helm_lists", "helm_text"]
