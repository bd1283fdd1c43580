"""Cards as Block Kit. Pure."""
