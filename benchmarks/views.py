"""The limit page: a session, a person, one indexed SELECT of 40 rows, a plain template, one INSERT as the audit row."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.template import Context, Template

from accounts.models import AuditEvent
from accounts.services.audit import record_audit_event

TEMPLATE = Template(
    "<!doctype html><html lang=en><title>Limit</title><form method=post>"
    '<input type="hidden" name="csrfmiddlewaretoken" value="{{ token }}"></form><table>'
    "{% for row in rows %}<tr><td>{{ row.0 }}<td>{{ row.1 }}<td>{{ row.2 }}{% endfor %}</table></html>"
)
ROWS = 40


def limit(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Do what every page of a record has to do, and nothing else."""
    record_audit_event(actor_id=request.user.pk, patient_id=patient_id, verb="limit", object_type="limit")
    if request.method == "POST":
        return redirect("limit", patient_id=patient_id)
    events = AuditEvent.objects.filter(patient_id=patient_id).order_by("at")
    rows = events.values_list("verb", "object_type", "outcome")[:ROWS]
    return HttpResponse(TEMPLATE.render(Context({"rows": rows, "token": get_token(request)})))
