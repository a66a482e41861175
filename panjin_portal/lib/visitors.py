"""Telling a visitor's machine apart in words its owner recognises, without keeping more than that."""

from __future__ import annotations

import ipaddress

# The more particular name first: almost every browser also calls itself Chrome, Safari and Mozilla.
BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("QQBrowser", "QQ浏览器"),
    ("360SE", "360浏览器"),
    ("QihooBrowser", "360浏览器"),
    ("HuaweiBrowser", "华为浏览器"),
    ("UCBrowser", "UC浏览器"),
    ("OPR/", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("OpenHarmony", "鸿蒙"),
    ("HarmonyOS", "鸿蒙"),
    ("Android", "安卓"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "苹果电脑"),
    ("Kylin", "麒麟"),
    ("UOS", "统信"),
    ("Linux", "Linux"),
)


def browser_in_words(user_agent: str) -> str:
    """Browser and system out of the ``User-Agent`` header: ``Edge，Windows``. Nothing of the header itself is kept."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "其他浏览器")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    return f"{browser}，{system}" if system else browser


def client_address(remote: str, forwarded: str, *, behind_proxy: bool) -> str:
    """The address a request comes from. Behind the reverse proxy that is the last one of ``X-Forwarded-For``: the proxy
    wrote it; what stands before it the client may have invented. Without a valid one, ``remote``."""
    last = forwarded.rpartition(",")[2].strip()
    if behind_proxy and _parsed(last):
        return last
    return remote


def shortened(address: str) -> str:
    """``192.0.2.7`` as ``192.0.2.*``, an IPv6 address by its first three groups; "" for what is no address."""
    parsed = _parsed(address)
    if parsed is None:
        return ""
    if parsed.version == 4:
        return f"{str(parsed).rpartition('.')[0]}.*"
    return ":".join(f"{int(group, 16):x}" for group in parsed.exploded.split(":")[:3]) + ":*"


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(address)
    except ValueError:
        return None
