"""Coverage out of artifacts of GitHub Actions: which ones hold it, fetched once, kept as figures."""
