"""What a thread shows, as cards: pure, from the view."""
