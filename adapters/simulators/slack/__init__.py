"""A local Slack: Web API, Socket Mode and signed events, as strict as the real one."""
