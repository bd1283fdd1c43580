"""What operators read: structured lines without secrets."""
