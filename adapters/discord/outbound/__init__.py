"""The outgoing half: what Aether shows on Discord, as a surface."""
