"""The page on which people try the app: a channel, a thread, a home tab."""
