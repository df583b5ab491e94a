"""Shell text read by a small abstract interpreter."""
