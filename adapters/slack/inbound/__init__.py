"""What people do in Slack, as inbound things of Aether."""
