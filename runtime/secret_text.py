"""Tells a secret from the word that people write where a program insists on a key."""

from __future__ import annotations

import re

SHORTEST = 6
"""Characters. Shorter values occur in ordinary text: blotting them out makes it unreadable."""

# Words of keys that are none, as the documentation of servers and clients shows them.
_PLACEHOLDER = re.compile(
    r"""(?:
        abc|access|aether|an|anthropic|any|anything|api|auth|bar|baz|bearer|change|client|cpp
        |default|demo|dev|development|docker|dummy|empty|example|fake|fill|foo|for|goes|here|in
        |insert|is|it|jan|key|keys|kobold|litellm|llama|llamafile|llm|lm|local|localai|localhost|me|mlx
        |mock|model|my|na|needed|needs|no|none|not|nothing|null|of|ollama|oobabooga|open|openai
        |optional|or|password|placeholder|proxy|put|random|real|replace|required|sample|secret
        |server|sglang|sk|some|something|studio|tabby|test|testing|text|tgi|the|this|to|todo|token
        |undefined|unnecessary|unset|unused|use|used|value|vllm|webui|with|xinference|your
    )*
    (?:1|12|123|1234|12345|123456|1234567|12345678|123456789|1234567890)?
    """,
    re.VERBOSE,
)
_LONGEST = 40  # characters of one part; whoever writes a placeholder does not write more
_SPLIT = re.compile(r"[\W_]+")


def is_secret(value: str) -> bool:
    """Whether a value must not be shown."""
    return len(value) >= SHORTEST and not is_placeholder(value)


def is_placeholder(value: str) -> bool:
    """Whether a value is what people write where a key is asked for and none is needed: `EMPTY`,
    `ollama`, `sk-xxx`, `your-api-key-here`."""
    return len(value) > 1 and all(map(_is_placeholder, _SPLIT.split(value.lower())))


def _is_placeholder(part: str) -> bool:
    """One character again and again, or words of the list, perhaps with digits counted from 1."""
    return len(set(part)) <= 1 or (
        len(part) <= _LONGEST and _PLACEHOLDER.fullmatch(part) is not None
    )
