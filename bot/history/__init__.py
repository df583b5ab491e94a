"""Coverage over time: figures by service, commit, branch and time, and what moved between two of them."""
