#!/usr/bin/env python3
"""Django's command line for the portal."""

import os
import sys


def main() -> None:
    """Run the management command named in the arguments."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "panjin_portal.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        raise SystemExit("找不到 Django：请先运行 make demo，或用 .venv/bin/python manage.py。") from None
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
