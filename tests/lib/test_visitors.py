"""Machines in words their owners know; addresses shortened, and taken from the proxy only where there is one."""

import pytest

from panjin_portal.lib.passwords import ThreeKindsValidator, kinds_of
from panjin_portal.lib.visitors import browser_in_words, client_address, shortened

CHROME = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME.format("Windows NT 10.0; Win64; x64"), "Chrome，Windows"),
        (CHROME.format("Windows NT 10.0") + " Edg/120.0", "Edge，Windows"),
        (CHROME.format("X11; Linux x86_64; UOS"), "Chrome，统信"),
        (CHROME.format("Linux; Android 10; HarmonyOS") + " HuaweiBrowser/14", "华为浏览器，鸿蒙"),
        (CHROME.format("Linux; Android 13") + " MicroMessenger/8.0", "微信，安卓"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0", "Firefox，Linux"),
        ("curl/8.0", "其他浏览器"),
        ("<script>alert(1)</script>", "其他浏览器"),
        ("", "其他浏览器"),
    ],
)
def test_a_browser_has_a_name_people_know(agent: str, words: str) -> None:
    assert browser_in_words(agent) == words


@pytest.mark.parametrize(
    ("address", "short"),
    [("192.0.2.7", "192.0.2.*"), ("2001:db8:7::9", "2001:db8:7:*"), ("::1", "0:0:0:*"), ("unix:", ""), ("", "")],
)
def test_an_address_is_kept_by_its_first_part(address: str, short: str) -> None:
    assert shortened(address) == short


@pytest.mark.parametrize(
    ("forwarded", "behind", "address"),
    [
        ("198.51.100.1, 192.0.2.7", True, "192.0.2.7"),
        ("198.51.100.1, 192.0.2.7", False, "127.0.0.1"),
        ("", True, "127.0.0.1"),
        ("nonsense", True, "127.0.0.1"),
    ],
)
def test_the_proxy_s_word_counts_only_behind_the_proxy(forwarded: str, behind: bool, address: str) -> None:
    assert client_address("127.0.0.1", forwarded, behind_proxy=behind) == address


def test_chinese_letters_are_a_kind_of_their_own() -> None:
    assert kinds_of("aB1-汉") == {"lower", "upper", "digit", "sign", "letter"}
    ThreeKindsValidator().validate("会说话的石头-2026")
