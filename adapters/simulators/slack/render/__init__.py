"""Slack on the screen: messages, blocks and forms as HTML."""
