"""Language models behind `runtime.ports.Model`: choosing one, asking it, and the built-in demo.

What a session imports from here is light. The provider libraries (0.8 s and 40 MB for OpenAI, 1.5 s
and 40 MB more for Anthropic) are imported by the first turn, in a thread.
"""
