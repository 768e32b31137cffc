# The desk in one image: web, worker and scheduler are the same image with another command.
FROM python:3.12-slim-bookworm AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements.txt .
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
# Static files are made now and served by the web process; the key is of no use after this line.
RUN SECRET_KEY=only-for-collectstatic STATIC_ROOT=/app/staticfiles DATA_DIR=/tmp/build \
    /venv/bin/python manage.py collectstatic --noinput

FROM python:3.12-slim-bookworm
# pg_dump and pg_restore, for manage.py backup and restore; not older than the server.
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin huitou \
    && install -d -o huitou -g huitou -m 700 /data
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 DATA_DIR=/data STATIC_ROOT=/app/staticfiles
WORKDIR /app
USER huitou
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=40s CMD ["python", "deploy/healthcheck.py"]
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "8", "--timeout", "120"]
