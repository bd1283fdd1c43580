"""From what people should see to HTML. Pure: no clock, no I/O; every text is escaped or cleaned."""
