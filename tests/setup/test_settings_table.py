"""The README's tables are true: every variable and no other, every demo account; compose gives every variable."""

import re

import yaml

from panjin_portal.settings import ENVIRONMENT
from replies.demo.people import PASSWORD, accounts
from tests.setup.processes import PRODUCTION, ROOT


def test_the_readme_has_a_row_for_every_variable() -> None:
    rows = re.findall(r"^\| `([A-Z0-9_]+)` \|", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.MULTILINE)

    assert sorted(rows) == sorted(set(ENVIRONMENT.names))


def test_the_values_of_these_tests_are_complete() -> None:
    assert sorted(PRODUCTION) == sorted(set(ENVIRONMENT.names))


def test_compose_and_the_image_together_give_every_variable() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8").rpartition("\nENV ")[2].splitlines()[0]
    given = set(compose["x-portal"]["environment"]) | {item.partition("=")[0] for item in image.split()}

    assert given == set(ENVIRONMENT.names)


def test_the_readme_has_the_log_in_table_of_the_demo() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z_0-9]+)` \| (.+) \| (.+) \|$", readme, flags=re.MULTILINE)

    assert rows == [(account.username, account.role, account.name) for account in accounts()]
    assert f"`{PASSWORD}`" in readme
