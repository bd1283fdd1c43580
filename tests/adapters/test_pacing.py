"""The bars of the design that hold in virtual time; tests/bench/pacing.py has all figures."""

from __future__ import annotations

from adapters_pacing import Trace, bucket, even, simulate, window


def test_one_run_under_a_rolling_window() -> None:
    found = simulate(window())
    assert (found.mean <= 0.45, found.p95 <= 0.95, found.refused, found.exact) == (True, True, 0, 1)


def test_one_run_under_a_token_bucket() -> None:
    found = simulate(bucket())
    assert (found.mean <= 0.65, found.p95 <= 1.4, found.exact) == (True, True, 1)
    assert found.refused <= 1


def test_ten_runs_share_fairly() -> None:
    found = simulate(window(), 10)
    assert found.mean <= 1.4 * even(10)
    assert found.fairness >= 0.97
    assert (found.lag <= 1.0, found.refused, found.exact) == (True, 0, 10)


def test_every_final_of_many_short_runs_is_exact() -> None:
    found = simulate(window(), 50, Trace(answer=80))
    assert (found.exact, found.refused) == (50, 0)
