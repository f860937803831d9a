"""`python -m bot` is the command `jiesu`."""

from bot.cli.app import main

main()
