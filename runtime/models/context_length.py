"""Whether a refusal means that the conversation is too long for the model."""

from __future__ import annotations

import re

from genai_prices.data_snapshot import get_snapshot
from pydantic_ai.exceptions import ModelContextWindowExceededError, ModelHTTPError
from pydantic_ai.messages import ModelMessage, ModelMessagesTypeAdapter

STATUSES = frozenset({400, 413, 422, 500})
"""Limits on rates (429) speak of long contexts, too."""

BYTES_PER_TOKEN = 4

# In the words of each server; none fits a complaint about `max_tokens` or one long field.
_WORDS = (
    # OpenAI, vLLM, DeepSeek, llama-server, LM Studio, Ollama, MiniMax, SGLang, Mistral
    r"context[ _](?:length|window|size|limit|overflow)",
    r"exceed_context",
    r"longer than the maximum model length",
    # Anthropic, Bedrock, Fireworks, Databricks
    r"(?:prompt|input)(?: \w+)? (?:is|are) too (?:long|large)",
    r"input tokens exceeded",
    # Gemini
    r"input token count",
    r"maximum number of (?:input )?tokens allowed",
    # xAI, GitHub Copilot
    r"maximum prompt length",
    r"prompt token count",
    r"max_prompt_tokens_exceeded",
    # DashScope, Zhipu, Volcengine
    r"range of input length",
    r"prompt exceeds max",
    r"exceeds? max message tokens",
    r"input length\b.* exceeds",
    # Text Generation Inference, Together
    r"inputs?`? tokens \+ `?max_new_tokens",
    r"inputs`? must have less than",
    # Moonshot, Cohere, Baidu
    r"model token limit",
    r"^too many (?:input )?tokens\b(?!.* per )",
    r"tokens? in the prompt cannot exceed",
    r"too many tokens in (?:the )?(?:prompt|input|request)",
    r"(?:prompt|input) (?:tokens?|length) (?:is |are )?too (?:long|large|many)",
)
_TOO_LONG = re.compile("|".join(_WORDS), re.IGNORECASE)


def too_long(error: Exception, words: str, size: int = 0) -> bool:
    """`words` are the server's, `size` the tokens of the request as far as they can be told: above
    the known window a request is refused for its length, whatever the server says."""
    if isinstance(error, ModelContextWindowExceededError):
        return True
    if not isinstance(error, ModelHTTPError) or error.status_code not in STATUSES:
        return False
    told = f"{words} {error.provider_error_type} {error.provider_error_code}"
    if error.status_code == 413 or _TOO_LONG.search(told):
        return True
    window = known_window(error.model_name)
    return error.status_code != 500 and window is not None and size > window


def known_window(model: str) -> int | None:
    """Tokens that the model takes, by the bundled table of models; None where it does not say."""
    try:
        return get_snapshot().find_provider_model(model, None, None, None)[1].context_window
    except LookupError:
        return None


def tokens(history: list[ModelMessage]) -> int:
    """Roughly how many a conversation has."""
    return len(ModelMessagesTypeAdapter.dump_json(history)) // BYTES_PER_TOKEN
