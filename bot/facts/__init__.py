"""What was read of a coverage path, as frozen types: no I/O, no parsing, imports only `bot.model`.

Readers in `bot.path` make these, rules in `bot.rules` look at them. Strings that could be read only
in part keep the unknown part as `${name}`; `bot.facts.words` tells them apart.
"""
