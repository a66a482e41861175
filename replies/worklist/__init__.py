"""What each person owes, and what he waits for. ``work_of(user)`` reads all rooms and sorts by due date."""

from replies.worklist.assembling import WorkList, work_of
from replies.worklist.items import Badge, WorkItem

__all__ = ["Badge", "WorkItem", "WorkList", "work_of"]
