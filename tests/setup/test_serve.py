"""``python -m panjin_portal.serve``: one process group, one clear line when it cannot start, all stopped together."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from panjin_portal.serve import Group, Part, only_one, parts, port_is_free
from tests.documents.certificates import write_pkcs12
from tests.setup.processes import ROOT, run


def free_port() -> int:
    """A port nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def sleeper(seconds: str = "60", status: int = 0) -> tuple[str, ...]:
    """A child that sleeps and then ends with ``status``."""
    return (sys.executable, "-c", f"import time; time.sleep({seconds}); raise SystemExit({status})")


def test_a_used_port_is_one_clear_line_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        answer = run("-m", "panjin_portal.serve", VAR_DIR=str(tmp_path), PORT=port)

    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert f"端口 {port} 已被占用" in answer.stderr
    assert answer.stdout == ""


def test_a_second_portal_on_the_same_data_is_refused(tmp_path: Path) -> None:
    with only_one(tmp_path) or pytest.fail("the folder is new"):
        answer = run("-m", "panjin_portal.serve", VAR_DIR=str(tmp_path), PORT=str(free_port()))

    assert answer.returncode == 1
    assert "已在运行" in answer.stderr


def test_a_key_that_cannot_sign_is_one_line_before_anything_starts(tmp_path: Path) -> None:
    key = tmp_path / "key.p12"
    write_pkcs12(key)
    variables = {"SIGN_PKCS12": str(key), "SIGN_PASSPHRASE": "another", "PORT": str(free_port())}
    answer = run("-m", "panjin_portal.serve", "--demo", VAR_DIR=str(tmp_path / "var"), **variables)

    assert answer.returncode == 1
    assert answer.stderr.startswith("配置错误：签名证书打不开：口令不对")
    assert answer.stderr.count("\n") == 1
    assert answer.stdout == ""


def test_the_web_server_listens_on_the_loopback_interface_only() -> None:
    web, worker, beat = parts(8000)

    assert "127.0.0.1:8000" in web.command
    assert "worker" in worker.command
    assert "beat" in beat.command


def test_a_free_port_is_free_and_a_bound_one_is_not() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert not port_is_free(other.getsockname()[1])
    assert port_is_free(free_port())


def test_a_part_that_dies_is_named_with_its_status() -> None:
    group = Group()
    group.start([Part("甲", sleeper("0", status=7)), Part("乙", sleeper())])
    try:
        assert group.running["甲"].wait(20) == 7
        assert group.dead() == ("甲", 7)
    finally:
        group.stop()
    assert all(child.poll() is not None for child in group.running.values())


def test_a_part_that_ignores_the_request_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("panjin_portal.serve.GRACE_SECONDS", 0.5)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
    group = Group()
    with subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()  # it is deaf from here on
        group.running["聋"] = child
        group.stop()
        assert child.returncode == -signal.SIGKILL


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_whole_group_starts_answers_and_stops(tmp_path: Path, number: signal.Signals) -> None:
    port = free_port()
    environment = {key: value for key, value in os.environ.items() if key not in ("REDIS_URL", "DATABASE_URL")}
    environment |= {"VAR_DIR": str(tmp_path), "PORT": str(port), "DJANGO_SETTINGS_MODULE": "panjin_portal.settings"}
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "panjin_portal.serve"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        end = time.monotonic() + 60
        while "请打开" not in log.read_text(encoding="utf-8"):
            assert process.poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() < end, log.read_text(encoding="utf-8")
            time.sleep(0.1)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            assert answer.status == 200
        if number == signal.SIGINT:
            os.killpg(process.pid, number)  # the terminal's Ctrl-C reaches everyone in the group
        else:
            process.send_signal(number)  # a service manager asks the one it started
        assert process.wait(40) == 0, log.read_text(encoding="utf-8")
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert "已全部停止" in log.read_text(encoding="utf-8")
    assert port_is_free(port)
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)  # nobody of the group is left


def test_a_running_request_is_finished_after_ctrl_c(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(
        "import time\n"
        "def application(environ, start_response):\n"
        "    print('asked', flush=True)\n"
        "    time.sleep(1.5)\n"
        "    start_response('200 OK', [('Content-Length', '5')])\n"
        "    return [b'saved']\n",
        encoding="utf-8",
    )
    port = free_port()
    command = [word.replace("panjin_portal.wsgi", "slow") for word in parts(port)[0].command]
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT}"}
    with (
        subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, start_new_session=True) as web,
        ThreadPoolExecutor(1) as browser,
    ):
        assert web.stdout is not None
        answer = browser.submit(ask_patiently, port)
        web.stdout.readline()  # the request has arrived
        os.killpg(web.pid, signal.SIGINT)
        time.sleep(0.2)
        web.send_signal(signal.SIGTERM)

        assert answer.result(20) == b"saved"
        assert web.wait(20) == 0


def ask_patiently(port: int) -> bytes:
    """One request, repeated until the server listens."""
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as answer:
                return bytes(answer.read())
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                raise
            time.sleep(0.1)
    raise TimeoutError
