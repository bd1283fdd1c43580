"""Workspaces: who we are there, and by which token."""
