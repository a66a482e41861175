"""The queues as data: which task waits in which line, how long it may take, and when the clock sends it.

Each line has its own workers in production, so that a book of letters being set never holds up a reminder. A limit ends
the process that does the work (prefork only: threads cannot be stopped, there the row's lease and the sweep stand in);
it is shorter than the lease of the row, so nobody else begins the same work before it has ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from celery.schedules import crontab
from kombu import Queue

REMINDERS, DOCUMENTS, IMPORTS, DEFAULT = "reminders", "documents", "imports", "default"
QUEUES = {REMINDERS: "提醒和邮件", DOCUMENTS: "生成文件", IMPORTS: "读取导入文件", DEFAULT: "其他"}
HEARTBEAT = "proposals.tasks.heartbeat"
SECONDS_TO_END = 15  # between asking a task to end and ending it


@dataclass(frozen=True)
class Line:
    """A task: what people call it, its queue, its limit in seconds, and the schedule that sends it (None: rows do)."""

    label: str
    queue: str
    limit: int
    every: crontab | None = None


TASKS = {
    "proposals.tasks.scan_reminders": Line("查找到期提醒", REMINDERS, 540, crontab(minute="*/10")),
    "proposals.tasks.send_pending_mail": Line("发送邮件", REMINDERS, 540, crontab()),
    "replies.tasks.mail_rating_links": Line("发送评价链接", REMINDERS, 540, crontab(minute="*/5")),
    "replies.tasks.render_document": Line("生成一份文件", DOCUMENTS, 150),
    "replies.tasks.sweep_documents": Line("补做文件", DOCUMENTS, 60, crontab()),
    "replies.tasks.build_package": Line("制作一个归档包", DOCUMENTS, 840),
    "replies.tasks.sweep_packages": Line("补做归档包", DOCUMENTS, 60, crontab()),
    "replies.tasks.make_bundle": Line("制作汇编或打包", DOCUMENTS, 570),
    "replies.tasks.sweep_bundles": Line("补做汇编和打包", DOCUMENTS, 60, crontab()),
    "replies.tasks.remove_expired_bundles": Line("清理到期的汇编和打包", DEFAULT, 300, crontab(hour=3, minute=40)),
    "replies.tasks.read_import_item": Line("读取一份导入文件", IMPORTS, 150),
    "replies.tasks.sweep_imports": Line("补读导入文件", IMPORTS, 60, crontab()),
    "replies.tasks.renew_rounds": Line("核对会签名单", DEFAULT, 120, crontab()),
    "replies.tasks.end_opinions": Line("终止不再签发的会办意见", DEFAULT, 120, crontab()),
    "proposals.tasks.warn_of_calendar_end": Line("提醒补充工作日历", REMINDERS, 120, crontab(minute=20)),
    "proposals.tasks.tell_expired_invitations": Line("告知联名邀请到期", REMINDERS, 120, crontab(minute="*/20")),
    "proposals.tasks.check_open_deadlines": Line("核对未完成的期限", DEFAULT, 900, crontab(hour=2, minute=40)),
    "proposals.tasks.end_unanswered_ratings": Line("终止无人反馈的征询", DEFAULT, 900, crontab(hour=3, minute=25)),
    "proposals.tasks.forget_ended_logins": Line("清理过期登录", DEFAULT, 120, crontab(hour=3, minute=10)),
    "proposals.tasks.anchor_events": Line("登记事件链锚点", DEFAULT, 300, crontab(hour=1, minute=30)),
    HEARTBEAT: Line("心跳", DEFAULT, 30),
}


def task_queues() -> list[Queue]:
    """For ``task_queues``: a worker that is told of no queue serves all of them."""
    return [Queue(name, routing_key=name) for name in QUEUES]


def routes() -> dict[str, dict[str, str]]:
    """For ``task_routes``."""
    return {name: {"queue": line.queue, "routing_key": line.queue} for name, line in TASKS.items()}


def limits() -> dict[str, dict[str, int]]:
    """For ``task_annotations``."""
    return {
        name: {"time_limit": line.limit, "soft_time_limit": line.limit - SECONDS_TO_END} for name, line in TASKS.items()
    }


def schedule() -> dict[str, dict[str, Any]]:
    """For ``beat_schedule``: the tasks of the clock, and a heartbeat through every queue once a minute."""
    timed = {
        name.rpartition(".")[2].replace("_", "-"): {"task": name, "schedule": line.every}
        for name, line in TASKS.items()
        if line.every is not None
    }
    beats = {
        f"heartbeat-{queue}": {
            "task": HEARTBEAT,
            "schedule": crontab(),
            "args": (queue,),
            "options": {"queue": queue, "routing_key": queue, "expires": 300},
        }
        for queue in QUEUES
    }
    return {**timed, **beats}
