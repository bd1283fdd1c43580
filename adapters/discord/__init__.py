"""Aether in Discord."""
