"""What is live: sessions as they are read and watched."""
