# One image for web, worker and beat; docker-compose.yml says which command each runs.
FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /app
COPY requirements/lock.txt requirements/lock.txt
RUN pip install -r requirements/lock.txt

COPY . .

# Production has no default values. Collecting static files uses none of these but asks for all of them;
# the keys are made for this one command and are gone after it.
RUN PORTAL_MODE=production VAR_DIR=/tmp/build MEDIA_ROOT=/tmp/build STATIC_ROOT=/app/static-files PORT=8000 \
    SECRET_KEY=$(python -c "import secrets; print(secrets.token_urlsafe(64))") \
    EVENT_KEY=$(python -c "import secrets; print(secrets.token_urlsafe(64))") \
    ALLOWED_HOSTS=build.invalid PUBLIC_BASE_URL=https://build.invalid \
    DATABASE_URL=sqlite:////tmp/build.sqlite3 REDIS_URL=redis://build.invalid:6379/0 \
    EMAIL_URL=smtp://build.invalid:25 DEFAULT_FROM_EMAIL=build@build.invalid \
    SITE_NAME=build SITE_ID_CODE=build FONT_DIRS= SESSION_IDLE_MINUTES=30 SESSION_MAX_HOURS=12 LOG_LEVEL=WARNING \
    BUNDLE_DAYS=30 OFFICE_HOURS=08:00-18:00 WECOM_URL= DINGTALK_URL= SMS_URL= \
    SIGN_PKCS12= SIGN_PASSPHRASE= SIGN_TSA_URL= FILES_URL= \
    python manage.py collectstatic --noinput

RUN useradd --system --uid 10001 --home-dir /data --no-create-home portal \
 && install -d -o portal -g portal -m 0750 /data /data/var /data/files
USER portal
VOLUME /data

ENV PORTAL_MODE=production STATIC_ROOT=/app/static-files VAR_DIR=/data/var MEDIA_ROOT=/data/files PORT=8000
EXPOSE 8000
CMD ["gunicorn", "panjin_portal.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--preload", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
