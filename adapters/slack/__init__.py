"""Slack: what is said there, and what is shown there."""
