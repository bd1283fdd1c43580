"""Which option of a question words mean."""

from __future__ import annotations

import pytest

from adapters.options import equal, meant

RETRY = ("retry", "skip")
WORKERS = ("Use 2 workers", "Use 4 workers")
DATABASE = ("Use the staging database", "Use production", "Ask Ann")
MARKS = ("👍", "👎")


@pytest.mark.parametrize(
    ("text", "options", "option"),
    [
        ("retry", RETRY, "retry"),
        ("Retry.", RETRY, "retry"),
        (" SKIP!! ", RETRY, "skip"),
        ("\uff33kip", RETRY, "skip"),
        ("1", RETRY, "retry"),
        ("2.", RETRY, "skip"),
        ("#2", RETRY, "skip"),
        ("2️⃣", RETRY, "skip"),
        ("option 1", RETRY, "retry"),
        ("the first", RETRY, "retry"),
        ("First one, please", RETRY, "retry"),
        ("the second", RETRY, "skip"),
        ("the last one", RETRY, "skip"),
        ("das zweite", RETRY, "skip"),
        ("la primera", RETRY, "retry"),
        ("I'd go with skip", RETRY, "skip"),
        ("staging", DATABASE, "Use the staging database"),
        ("the STAGING one", DATABASE, "Use the staging database"),
        ("production!", DATABASE, "Use production"),
        ("ann", DATABASE, "Ask Ann"),
        ("third", DATABASE, "Ask Ann"),
        ("4", WORKERS, "Use 4 workers"),
        ("1", WORKERS, "Use 2 workers"),
        ("👍", MARKS, "👍"),
        ("2", ("8000", "2"), "2"),
        ("décembre", ("Decembre", "Janvier"), "Decembre"),
        ("いいえ", ("はい", "いいえ"), "いいえ"),
        ("3", RETRY, None),
        ("0", RETRY, None),
        ("use", DATABASE, None),
        ("workers", WORKERS, None),
        ("retry the whole build", RETRY, None),
        ("neither", RETRY, None),
        ("stop", RETRY, None),
        ("not production", DATABASE, None),
        ("please", RETRY, None),
        ("🤷", MARKS, None),
        ("1", (), None),
        ("same", ("Same", "same!"), None),
    ],
)
def test_words_mean_an_option_or_none(
    text: str, options: tuple[str, ...], option: str | None
) -> None:
    assert meant(text, options) == option


@pytest.mark.parametrize(
    ("text", "option"), [("Retry!", "retry"), ("1", None), ("skip it", None), ("the first", None)]
)
def test_only_the_option_itself_goes_before_an_order(text: str, option: str | None) -> None:
    assert equal(text, RETRY) == option
