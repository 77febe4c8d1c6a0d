#!/usr/bin/env python
"""Run a Django management command."""

import os
import sys


def main() -> None:
    """Point Django at the one settings file and hand over."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - after the settings are named

    if sys.argv[1:2] == ["runserver"]:
        refuse_open_debug_server(sys.argv[2:])
    execute_from_command_line(sys.argv)


def refuse_open_debug_server(arguments: list[str]) -> None:
    """Stop where DEBUG pages, which show everything, could be read from another machine."""
    from config import settings  # noqa: PLC0415 - reading it may end the process with one line
    from config.env import is_loopback, refuse  # noqa: PLC0415

    addresses = [argument.rpartition(":")[0] for argument in arguments if argument[:1] != "-"]
    if settings.DEBUG and any(address and not is_loopback(address) for address in addresses):
        refuse("DEBUG", "is on, so runserver may only listen on this machine.")


if __name__ == "__main__":
    main()
