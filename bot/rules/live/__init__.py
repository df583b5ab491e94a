"""Rules about what a live run saw, one file a cause, named like the rule of the files for the same cause."""
