"""A page on which people are in this Discord."""
