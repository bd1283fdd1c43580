"""Keeps a thread showing what its view says."""
