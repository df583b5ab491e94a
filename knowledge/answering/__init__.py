"""A help request answered: every question, suspect and statement held against what was read and run."""
