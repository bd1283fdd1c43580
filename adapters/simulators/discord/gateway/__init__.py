"""The WebSocket that tells what happens."""
