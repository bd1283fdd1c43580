"""Cards as Discord components: pure, nothing here talks to anybody."""
