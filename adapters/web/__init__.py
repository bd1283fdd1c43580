"""The workbench: a page and a WebSocket on one port, for any session of any platform."""
