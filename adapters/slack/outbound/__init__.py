"""The outgoing half: what Aether shows in Slack, as a surface."""
