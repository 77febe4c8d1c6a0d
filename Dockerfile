# The site as one image: no compiler, not root, and nothing to write but /tmp. BASE is any Python 3.11+ on Debian.
ARG BASE=python:3.11-slim-bookworm
# hadolint ignore=DL3006
FROM ${BASE}

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PATH=/srv/venv/bin:$PATH \
    ENV_FILE=

# What the PDF of the discussion guide is set with.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /srv/app
COPY requirements/base.lock requirements/base.lock
RUN python3 -m venv /srv/venv \
    && /srv/venv/bin/pip install --no-cache-dir --disable-pip-version-check --only-binary :all: --require-hashes \
       --requirement requirements/base.lock \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin site

COPY manage.py gunicorn.conf.py LICENSE ./
COPY config config
COPY accounts accounts
COPY milestones milestones
COPY templates templates
COPY static static
# The key only has to be there: collectstatic signs nothing, and it is kept nowhere.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(60))')" \
    ALLOWED_HOSTS=localhost SITE_URL=http://localhost \
    python manage.py collectstatic --no-input --verbosity 0

USER 10001
EXPOSE 8000
ENV BIND=0.0.0.0:8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s CMD ["python", "-m", "config.healthcheck"]
CMD ["gunicorn", "config.wsgi"]
