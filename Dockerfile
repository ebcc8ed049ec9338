# The image of worker, web and the jobs: the same for all, each with its own command (docker-compose.yml).
FROM python:3.11.15-slim-trixie AS packages
COPY requirements.run.lock /build/
RUN python -m venv /venv \
    && /venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /build/requirements.run.lock

FROM python:3.11.15-slim-trixie
RUN groupadd --gid 10001 ikm && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /run/ikm ikm
COPY --from=packages /venv /venv
WORKDIR /app
COPY scheme scheme
COPY records records
COPY activities activities
COPY workflows workflows
COPY api api
COPY press press
COPY parts parts
COPY rehearsal rehearsal
COPY commands commands
COPY templates templates
COPY static static
COPY locales locales
COPY settings.py connection.py ikm.py worker.py LICENSE ./
# The root of the file system is read-only where this runs: what Python would write beside the code is written now.
RUN /venv/bin/python -m compileall -q /app
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 IKM_VAR=/run/ikm
USER 10001:10001
EXPOSE 8000
# Of the pages; the worker and the jobs say theirs in docker-compose.yml.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as ask; ask.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["python", "ikm.py", "web", "--host", "0.0.0.0", "--port", "8000"]
