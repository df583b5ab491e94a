"""The coverage digest: what a channel is told on its days, from the history of its services."""
