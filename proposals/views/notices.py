"""A person's own list of notices: what happened and where to go on."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Case, IntegerField, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from panjin_portal.lib.pages import page_by_key
from proposals.forms.notices import NoticeMailForm
from proposals.models import Notice
from proposals.reminders import enabled_gateways
from proposals.services.gateways import addresses_of, choose_addresses
from proposals.services.notice_mails import choose_notice_mail
from proposals.services.notices import COUNTED_UP_TO, mark_read
from proposals.views.access import person
from proposals.views.forms_help import sent, status_of

PAGE_SIZE = 20


@login_required
@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """Unread notices first, then read ones, the newest first in each. Their number comes with the head of the page."""
    mine = Notice.objects.filter(recipient=person(request)).annotate(
        is_read=Case(When(read_at=None, then=Value(0)), default=Value(1), output_field=IntegerField())
    )
    page = page_by_key(mine, order=("is_read", "-id"), key=request.GET.get("key"), size=PAGE_SIZE)
    context = {
        "notices": page.items,
        "counted_up_to": COUNTED_UP_TO,
        "next_url": f"{reverse('notice-list')}?key={page.next_key}" if page.next_key else "",
        "previous_url": f"{reverse('notice-list')}?key={page.previous_key}" if page.previous_key else "",
    }
    return render(request, "proposals/notices/list.html", context)


@login_required
@require_safe
def notice_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a notice of one's own as read and go where it leads. Opening it again changes nothing."""
    notice = get_object_or_404(Notice, pk=pk, recipient=person(request))
    mark_read(person(request), notice=notice)
    if url_has_allowed_host_and_scheme(notice.link, allowed_hosts=None):
        return redirect(notice.link)
    return redirect("notice-list")


@login_required
@require_http_methods(["GET", "POST"])
def notice_settings(request: HttpRequest) -> HttpResponse:
    """How one's own notices come by mail, and over which gateways reminders come too."""
    user = person(request)
    gateways = enabled_gateways()
    known = addresses_of(user) if gateways else {}
    form = NoticeMailForm(sent(request), initial={"choice": user.notice_mail, **known}, gateways=gateways)
    if form.is_valid():
        choose_notice_mail(user, choice=form.cleaned_data["choice"])
        choose_addresses(user, addresses=form.addresses())
        messages.success(request, "已保存，从下一封邮件起照此办理。")
        return redirect("notice-settings")
    context = {"form": form, "address": user.email}
    return render(request, "proposals/notices/settings.html", context, status=status_of(form))


@login_required
@require_POST
def notice_read_all(request: HttpRequest) -> HttpResponse:
    """Mark all of one's notices as read."""
    count = mark_read(person(request))
    messages.success(request, f"已将{count}条通知标为已读。" if count else "没有未读的通知。")
    return redirect("notice-list")
