"""What the tests have beside `bot.localslack`: Slack's side of Socket Mode."""
