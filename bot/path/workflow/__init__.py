"""GitHub workflows: jobs, steps, expressions."""
