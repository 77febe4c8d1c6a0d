"""Is the process alive, and is it ready? Both answer one word, to anybody, before a session is looked up."""

import logging
import shutil
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.services.audit import AuditUnavailableError, record_audit_event

LEAST_FREE_BYTES = 200 * 1024 * 1024
logger = logging.getLogger(__name__)


@require_safe
def live(_request: HttpRequest) -> HttpResponse:
    """Say that the process answers; touches nothing."""
    return HttpResponse("live", content_type="text/plain")


@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """Say whether a result could be saved right now."""
    problem = _problem()
    if problem:
        logger.error("not ready: %s", problem)
        return HttpResponse("not ready", status=503, content_type="text/plain")
    return HttpResponse("ready", content_type="text/plain")


class HealthMiddleware:
    """Answers /live and /ready, whatever host name a probe uses; everything else goes on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a probe."""
        view = {"/live": live, "/ready": ready}.get(request.path_info, self.get_response)
        return view(request)


def _problem() -> str:
    """Return what is missing, for the log; empty when all is well."""
    try:
        with transaction.atomic():
            record_audit_event(actor_id=None, patient_id=None, verb="health", object_type="health")
            transaction.set_rollback(True)
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return "migrations are missing"
        if not _sqlite_is_durable():
            return "SQLite does not wait for the disk"
    except (DatabaseError, AuditUnavailableError):
        return "the database cannot be written"
    if shutil.disk_usage(settings.BASE_DIR).free < LEAST_FREE_BYTES:
        return "the disk is nearly full"
    return ""


def _sqlite_is_durable() -> bool:
    """Tell whether SQLite syncs before it answers; true for any other database."""
    if connection.vendor != "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        full = 2
        return int(cursor.fetchone()[0]) >= full
