"""One diagnosis of files and cluster: what a live run saw, judged together with what the repo says."""

from bot.rulings.judge import judge_live

__all__ = ["judge_live"]
