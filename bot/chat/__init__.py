"""The chat platforms at work in this process."""
