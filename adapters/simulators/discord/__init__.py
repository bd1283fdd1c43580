"""A local Discord: the parts of it that a bot can see, as strict as the real one."""
