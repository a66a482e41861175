"""How long a proposal is, and what the rules of its proposer say about that (DOMAIN 1.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from proposals.models import Proposer, ProposerRule
from proposals.services.content import PARTS, ProposalContent


@dataclass(frozen=True)
class Length:
    """``count`` characters of the three parts, blanks and line ends aside; ``kind`` of the first proposer, with what
    its rule says."""

    count: int
    kind: str = ""
    advised: int | None = None
    most: int | None = None
    needs_signed_page: bool = False

    @property
    def fault(self) -> str:
        """Why it cannot be handed in; empty when it can."""
        if self.most is None or self.count <= self.most:
            return ""
        return f"正文共 {self.count} 字，{self.kind}的提案最多 {self.most} 字，提交前请删减。"

    @property
    def advice(self) -> str:
        """What is advised and may be passed over; empty when there is nothing to say."""
        if self.fault or self.advised is None or self.count <= self.advised:
            return ""
        return f"正文共 {self.count} 字，{self.kind}的提案一般不超过 {self.advised} 字。可以照样提交，建议删减。"

    @property
    def told(self) -> str:
        """The count, with what it is held against."""
        bounds = [f"建议不超过 {self.advised} 字" if self.advised else "", f"最多 {self.most} 字" if self.most else ""]
        against = "，".join(part for part in bounds if part)
        return f"正文共 {self.count} 字" + (f"（{against}）" if against else "")


def length_of(texts: Iterable[str], *, first_proposer: int | None) -> Length:
    """The length of the three parts and the rule of the first proposer (one query; none without a proposer)."""
    count = sum(len("".join(text.split())) for text in texts)
    if first_proposer is None:
        return Length(count)
    kinds = Proposer.objects.filter(pk=first_proposer).values("kind")
    rule = ProposerRule.objects.filter(kind__in=kinds).first()
    if rule is None:
        return Length(count)
    return Length(count, rule.get_kind_display(), rule.advised_length, rule.most_length, rule.needs_signed_page)


def length_of_content(content: ProposalContent) -> Length:
    """The same of a whole content."""
    texts = (getattr(content, name) for name in PARTS)
    return length_of(texts, first_proposer=next(iter(content.proposer_ids), None))
