"""What is taken out of texts, and what people write where a program insists on a key."""

from __future__ import annotations

import pytest

from runtime.secret_text import is_secret

PLACEHOLDERS = """
    x EMPTY ollama sk-xxx none None null not-needed no-key-required sk-no-key-required lm-studio
    LM_STUDIO dummy dummy-key fake test test123 sk-1234 sk-test your-api-key-here YOUR_API_KEY
    <your-key> yourapikey placeholder changeme xxxxxxxxxxxxxxxx sk-xxxxxxxxxxxxxxxxxxxx abc123
    123456 localai vllm llama.cpp anything notneeded - ******** sk-... password secret token-abc123
""".split()  # noqa: SIM905 it reads like a list of words

SECRETS = [
    "sk-test-0123456789abcdef",
    "sk-proj-Zk3nV9qT1w",
    "hunter22",
    "gsk_a8Fh2Lq0Pz",
    "correct-horse-battery",
    "test-7f3a91c2",
    "XKCDpw",
    "ключ-от-дома",
    "12345678901",
]


@pytest.mark.parametrize("word", PLACEHOLDERS)
def test_placeholders_stay_in_texts(word: str) -> None:
    assert not is_secret(word)


@pytest.mark.parametrize("word", SECRETS)
def test_secrets_do_not(word: str) -> None:
    assert is_secret(word)


def test_a_long_text_is_judged_at_once() -> None:
    assert is_secret("lmstudio" * 5000)
