"""Chat platforms: what is shown of a session, and what people say and press."""
