"""``manage.py draw_states``: the state diagrams of ``docs/states.md``, drawn from the workflow tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from proposals.models import Role
from proposals.workflow import ASSIGNMENT, PROPOSAL, Workflow
from proposals.workflow_cosigning import INVITATION
from proposals.workflow_requests import REQUEST
from proposals.workflow_supervision import SLIP
from replies.workflow import ALL
from replies.workflow_archive import ALL as ARCHIVE
from replies.workflow_assessment import ASSESSMENT
from replies.workflow_awards import AWARD
from replies.workflow_bundles import BUNDLE
from replies.workflow_followup import ALL as FOLLOWING

TARGET = Path(settings.BASE_DIR) / "docs" / "states.md"


class Command(BaseCommand):
    """Writes the page, or with ``--check`` says whether it is up to date (exit code 1 when it is not)."""

    help = "由流程表生成 docs/states.md 里的状态图。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="只检查是否最新，不写文件")

    def handle(self, *args: Any, **options: Any) -> None:
        page = states_page()
        if options["check"]:
            if not TARGET.is_file() or TARGET.read_text(encoding="utf-8") != page:
                self.stderr.write("docs/states.md 不是最新的，请运行 manage.py draw_states。")
                raise SystemExit(1)
            return
        TARGET.write_text(page, encoding="utf-8")
        self.stdout.write(f"已写入 {TARGET.name}。")


def states_page() -> str:
    """The whole page in Markdown: one Mermaid diagram and one table per workflow."""
    head = [
        "# States",
        "",
        "Generated from `proposals/workflow.py` and `replies/workflow.py` by `manage.py draw_states`; do not edit.",
        "",
    ]
    tables = (PROPOSAL, INVITATION, ASSIGNMENT, REQUEST, SLIP, *ALL, *FOLLOWING, *ARCHIVE, ASSESSMENT, AWARD, BUNDLE)
    return "\n".join(head + [line for workflow in tables for line in _chapter(workflow)])


def _chapter(workflow: Workflow) -> list[str]:
    lines = [f"## {workflow.name}", "", "```mermaid", "stateDiagram-v2"]
    lines += [f'  state "{state.label}" as {state.value}' for state in workflow.states]
    lines += [f"  [*] --> {state}" for state in sorted(workflow.initial)]
    for row in workflow.transitions:
        lines += [f"  {source} --> {row.target}: {row.label}" for source in sorted(row.sources) if row.target]
    lines += [f"  {state} --> [*]" for state in sorted(workflow.final)]
    lines += ["```", "", "| action | button | from | to | who |", "|---|---|---|---|---|"]
    for row in workflow.transitions:
        sources = "、".join(state.label for state in workflow.states if state.value in row.sources)
        target = workflow.label_of(row.target) if row.target else "(stays)"
        who = "、".join(role.label for role in Role if role.value in row.roles) or "(queue)"
        lines.append(f"| `{row.action}` | {row.label} | {sources} | {target} | {who} |")
    return [*lines, ""]
