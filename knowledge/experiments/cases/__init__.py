"""One claim a file; `knowledge.experiments.registry` finds them."""
