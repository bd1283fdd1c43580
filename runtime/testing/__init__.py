"""Fakes at the ports, for tests of Aether and of programs that embed it. Never used in
production."""
