"""python -m bot"""

import sys

try:
    from bot.cli import main
except ModuleNotFoundError as error:
    sys.exit(
        f"aether: {sys.executable} has no package {error.name}: run `make setup`, then write"
        " .venv/bin/python -m bot"
    )

main()
