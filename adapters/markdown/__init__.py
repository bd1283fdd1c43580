"""Markdown cut where nothing breaks."""
