"""What the REST interface answers, by family."""
