"""What the pages of system management have in common: capped counts, a trace of every change, read-only records."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import cached_property
from django.utils.html import format_html

from proposals.models import User
from proposals.services.site_changes import record_row_change, told_values

COUNTED_UP_TO = 5000
FIRST_YEAR, LAST_YEAR = 1900, 2999
# Chinese labels of columns that bear only a name; the pages of records show them.
LABELS = {
    "reviewed_by": "审查人",
    "post": "岗位",
    "recipient": "收件人",
    "message_id": "邮件编号",
    "assigned_by": "交办人",
    "accepted_by": "签收人",
    "previous_hash": "前一条校验值",
    "hash": "校验值",
    "signed_by": "签发人",
    "prepared_by": "准备人",
    "sha256": "SHA-256",
    "marked_by": "标记人",
    "bureau": "单位",
    "proposer": "提案者",
    "read_by": "打开的人",
}
Row = TypeVar("Row", bound=Model)


class CappedPaginator(Paginator[Any]):
    """Counts no further than ``COUNTED_UP_TO``; who looks for an older row narrows the list by a search."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        return rows.order_by()[:COUNTED_UP_TO].count() if isinstance(rows, QuerySet) else len(rows)


class PortalChangeList(ChangeList):
    """A list headed by the name of its table, that answers an address with a year out of our time as one with any other
    value that makes no sense."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.title = str(self.opts.verbose_name_plural)

    def get_filters_params(self, params: Any = None) -> Any:
        """The parameters. Raises IncorrectLookupParameters, which leads back to the whole list."""
        found = super().get_filters_params(params)
        for year in found.get(f"{self.date_hierarchy}__year", ()) if self.date_hierarchy else ():
            if not (year.isdecimal() and FIRST_YEAR <= int(year) <= LAST_YEAR):
                raise IncorrectLookupParameters(year)
        return found


class FilledFilter(admin.EmptyFieldListFilter):
    """Whether something stands in a column: 没有, 有."""

    def choices(self, changelist: Any) -> Any:
        """Django's, in words that say what is meant."""
        for choice in super().choices(changelist):
            yield {**choice, "display": str(choice["display"]).replace("非空", "有").replace("空", "没有")}


class PortalAdmin(admin.ModelAdmin[Row]):
    """No full count of a big table, fifty rows a page."""

    show_full_result_count = False
    paginator = CappedPaginator
    list_per_page = 50
    list_max_show_all = 0

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Django's, with years it can reckon with."""
        return PortalChangeList


class AuditedInline(admin.TabularInline[Any, Any]):
    """Rows edited on the page of their parent; ``told_fields`` as in ``AuditedAdmin``."""

    told_fields: ClassVar[tuple[str, ...]]
    extra = 0

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Without the buttons that add or change the other row: a table has no room for them."""
        field = super().formfield_for_dbfield(db_field, request, **options)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field


class AuditedAdmin(PortalAdmin[Row]):
    """Each row added, changed or removed becomes an event of the site chain, in the same transaction.

    ``told_fields``: fields whose values the event names. No personal data belongs among them.
    """

    told_fields: ClassVar[tuple[str, ...]]

    def label_of(self, obj: Row) -> str:
        """How the event calls the row."""
        return str(obj)

    def after_changes(self, request: HttpRequest, rows: list[Row]) -> None:
        """What follows from the change; called once for all rows of a request, in the same transaction."""

    def save_model(self, request: HttpRequest, obj: Row, form: ModelForm[Row], change: bool) -> None:
        """Save the row and write its event."""
        stored = self.model._base_manager.filter(pk=obj.pk).first() if change else None
        old = told_values(stored, self.told_fields) if stored else None
        super().save_model(request, obj, form, change)
        new = told_values(obj, self.told_fields)
        untold = self._untold(form.changed_data) if change else []
        record_row_change(actor_of(request), row=obj, label=self.label_of(obj), old=old, new=new, untold=untold)
        self.after_changes(request, [obj])

    def delete_model(self, request: HttpRequest, obj: Row) -> None:
        """Remove the row and write its event."""
        self._record_removal(request, obj)
        super().delete_model(request, obj)
        self.after_changes(request, [obj])

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Row]) -> None:
        """Remove the chosen rows, one event each; all or none."""
        rows = list(queryset)
        for row in rows:
            self._record_removal(request, row)
        super().delete_queryset(request, queryset)
        self.after_changes(request, rows)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save the rows of an inline, one event each."""
        told = next(
            inline.told_fields
            for inline in self.inlines
            if issubclass(inline, AuditedInline) and inline.model is formset.model
        )
        actor, rows = actor_of(request), formset.model._base_manager
        stored = {row.pk: told_values(row, told) for row in rows.filter(**{formset.fk.name: form.instance.pk})}
        for row in (gone.instance for gone in formset.deleted_forms if gone.instance.pk):
            record_row_change(actor, row=row, label=str(row), old=stored[row.pk], new=None)
        super().save_formset(request, form, formset, change)
        for row in formset.new_objects:
            record_row_change(actor, row=row, label=str(row), old=None, new=told_values(row, told))
        for row, changed in formset.changed_objects:
            untold = [name for name in changed if name not in told]
            new = told_values(row, told)
            record_row_change(actor, row=row, label=str(row), old=stored[row.pk], new=new, untold=untold)

    def _untold(self, changed: list[str]) -> list[str]:
        fields = {field.name for field in self.model._meta.get_fields()}
        return [name for name in changed if name in fields and name not in self.told_fields]

    def _record_removal(self, request: HttpRequest, obj: Row) -> None:
        old = told_values(obj, self.told_fields)
        record_row_change(actor_of(request), row=obj, label=self.label_of(obj), old=old, new=None)


class RecordAdmin(PortalAdmin[Row]):
    """A table the workflow writes: to be looked at, never to be changed here. ``page`` and ``page_key`` name the
    portal's page of a row, where whoever has the right can act."""

    page: ClassVar[str] = "proposal-detail"
    page_key: ClassVar[str] = "proposal_id"
    ordering = ("-pk",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        """Never."""
        return False

    def get_form(self, request: HttpRequest, obj: Row | None = None, change: bool = False, **options: Any) -> Any:
        """Django's form with a Chinese label for every column."""
        return super().get_form(request, obj, change, labels=LABELS, **options)

    def get_view_on_site_url(self, obj: Row | None = None) -> str | None:
        """The row's page in the portal; None where it has none."""
        return self.page_of(obj) if obj is not None else None

    @admin.display(description="平台页面")
    def portal_page(self, obj: Row) -> str:
        """A link to the row's page."""
        address = self.page_of(obj)
        return format_html('<a href="{}">打开</a>', address) if address else "—"

    def page_of(self, obj: Row) -> str | None:
        """Address of the row's page; None where it has none."""
        if not self.page:
            return None
        value: Any = obj
        for name in self.page_key.split("."):
            value = getattr(value, name, None)
        try:
            return reverse(self.page, args=[value]) if value is not None else None
        except NoReverseMatch:
            return None


def tell(request: HttpRequest, text: str) -> None:
    """A line at the head of the next page."""
    messages.info(request, text)


def actor_of(request: HttpRequest) -> User:
    """Who is signed in."""
    if not isinstance(request.user, User):
        raise TypeError("system management is for signed-in people")
    return request.user
