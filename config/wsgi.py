"""The entry for a web server."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from config.wall import begin_as_nobody

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
begin_as_nobody(settings.DATABASES["default"])
application = get_wsgi_application()

# All pages are loaded now, and stay. Looking through all of that for garbage takes 40 ms while somebody waits, so it is
# set apart; and young objects are looked through once in many pages, where it was about once on each.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
gc.set_threshold(10_000)
