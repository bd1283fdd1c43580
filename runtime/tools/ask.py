"""ask: a question to the people in the thread."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field, StringConstraints

from runtime.approvals import Risk, Subject
from runtime.tools.excerpt import one_line
from runtime.tools.tool import Item, Judgement, Params, Question, Workplace

Option = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Arguments(Params):
    also: ClassVar[Mapping[str, str]] = {
        "prompt": "question",
        "text": "question",
        "message": "question",
        "choices": "options",
        "answers": "options",
    }

    model_config = ConfigDict(str_strip_whitespace=True)

    question: Annotated[str, Field(min_length=1, max_length=2000)]
    options: Annotated[
        tuple[Option, ...],
        Field(max_length=10, description="short answers to choose from; other answers may come"),
    ] = ()


class Ask:
    name = "ask"
    description = (
        "Ask the people in the thread and wait for their answer, which is the result. Use it only "
        "when you cannot go on without a decision or a fact that nobody but they can give; never "
        "to ask for permission to use a tool (that happens by itself)."
    )
    params = Arguments
    in_workspace = False
    in_container = False

    def judge(self, params: Arguments) -> Judgement:
        return Judgement(
            summary=one_line(f"Ask: {params.question}"),
            operation=params.question,
            risk=Risk.LOW,
            why="asks people",
            subject=Subject(),
            effects=False,
            repeatable=True,  # the question is on the record before anybody sees it
        )

    async def run(self, params: Arguments, place: Workplace) -> AsyncGenerator[Item, None]:
        options = tuple(dict.fromkeys(one_line(option) for option in params.options))
        yield Question(params.question, options)
