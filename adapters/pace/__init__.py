"""Who may call a platform when."""
