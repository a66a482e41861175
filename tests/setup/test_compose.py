"""docker-compose.yml: no default secret, nobody is root, every part has a health check and a command that starts."""

import re
import shlex
from typing import Any

import pytest
import yaml

from panjin_portal.queues import QUEUES
from tests.setup.processes import PRODUCTION, ROOT, run

TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
SECRETS = ("SECRET_KEY", "EVENT_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD")


def test_the_six_parts_are_there() -> None:
    assert set(SERVICES) == {"web", "worker", "worker-documents", "beat", "postgres", "redis"}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_each_part_has_a_health_check_a_volume_and_a_plain_user(name: str) -> None:
    service = SERVICES[name]

    assert service["healthcheck"]["test"]
    assert service["volumes"]
    assert service["user"] in {"portal", "postgres", "redis"}


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_has_a_default(secret: str) -> None:
    uses = re.findall(r"\$\{" + secret + r"([^}]*)\}", TEXT)

    assert uses
    assert all(use.startswith(":?") for use in uses)


def test_only_the_loopback_interface_of_the_host_is_opened() -> None:
    opened = [port for service in SERVICES.values() for port in service.get("ports", [])]

    assert opened == ["127.0.0.1:8000:8000"]


def program(command: list[str]) -> list[str]:
    """The arguments of the last program a compose command runs, without ``sh -c`` and ``exec`` around it."""
    if command[:2] == ["sh", "-c"]:
        return shlex.split(command[2].rpartition("exec ")[2])
    return command


@pytest.mark.parametrize("name", ["worker", "worker-documents", "beat"])
def test_the_command_of_each_celery_part_is_understood(name: str) -> None:
    command = program(SERVICES[name]["command"])

    answer = run("-m", *command, "--help", **PRODUCTION)

    assert command[0] == "celery"
    assert answer.returncode == 0, answer.stderr
    assert "--loglevel" in answer.stdout


def test_every_queue_has_workers_in_processes_of_their_own() -> None:
    commands = [SERVICES[name]["command"] for name in ("worker", "worker-documents")]

    served = [name for command in commands for name in command[command.index("-Q") + 1].split(",")]

    assert sorted(served) == sorted(QUEUES)
    assert all(command[command.index("-P") + 1] == "prefork" for command in commands)


def test_the_web_server_of_compose_loads_the_application() -> None:
    command = program(SERVICES["web"]["command"])

    answer = run("-m", *command, "--check-config", **PRODUCTION)

    assert command[0] == "gunicorn"
    assert answer.returncode == 0, answer.stderr


def test_the_image_runs_the_same_web_server_as_compose() -> None:
    line = (ROOT / "Dockerfile").read_text(encoding="utf-8").rpartition("\nCMD ")[2]

    assert yaml.safe_load(line) == program(SERVICES["web"]["command"])


@pytest.mark.parametrize("name", ["web", "beat"])
def test_the_health_check_of_our_own_parts_is_a_program_that_exists(name: str) -> None:
    kind, *command = SERVICES[name]["healthcheck"]["test"]

    answer = run(*command[1:], **(PRODUCTION | {"PORT": "1"}))

    assert (kind, command[0]) == ("CMD", "python")
    assert answer.returncode == 1, "nothing runs here, so it must say so, and not crash"
    assert answer.stderr == ""
