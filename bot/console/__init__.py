"""The local console: a page on 127.0.0.1 that is a small Slack, over `bot.localslack`."""
