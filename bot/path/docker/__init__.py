"""Dockerfiles: stages, scopes, RUN steps, users."""
