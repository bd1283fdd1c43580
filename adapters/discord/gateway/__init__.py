"""Connections to Discord: clients, where they look for it, and how they stay."""
