"""A local Slack: what the bot sees of Slack, and the people who write in it."""
