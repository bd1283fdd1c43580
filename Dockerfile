# The bot. Build: docker build -t aether-bot .
#
# Behind a proxy that opens TLS: put its CA bundle beside this file as ca-bundle.crt (git ignores it), and run with
# -e SSL_CERT_FILE=/app/ca-bundle.crt. For another package index: --build-arg PIP_INDEX_URL=... (without a password:
# build arguments stay readable in the image).
#
# Run: docker compose up (see compose.yaml), or by hand:
#   make image
#   docker run -d --name aether -v aether:/data -v /var/run/docker.sock:/var/run/docker.sock \
#     -p 127.0.0.1:8420:8420 --env-file .env aether-bot
#   docker exec aether aether link      # the address that signs a browser in
# It starts as root to reach the volume and the socket, then becomes an ordinary user for good (scripts/container.sh);
# with --user it never is root, and needs --group-add "$(stat -c %g /var/run/docker.sock)".
# Whoever may use the Docker socket is root on the host: give it only to a bot you trust, or use rootless Docker.
# Tool containers are started by the host's engine. Where it finds the workspaces, Aether reads from the engine.
#
# The Python is one that the whole suite runs on: see the README.
ARG BASE=python:3.13-slim-bookworm
FROM ${BASE}

# A plain Debian has no Python, or one without venv.
RUN python3 -c 'import ensurepip' 2>/dev/null \
    || { apt-get update -q \
         && apt-get install -y -q --no-install-recommends python3 python3-venv ca-certificates \
         && rm -rf /var/lib/apt/lists/*; }

# The same uid as in the sandbox image: both sides own the workspace.
RUN { getent passwd 10001 >/dev/null || useradd --uid 10001 --create-home aether; } \
    && mkdir -p /data \
    && chown 10001:10001 /data

ARG PIP_INDEX_URL=
ARG PIP_EXTRA_INDEX_URL=
ARG PIP_TRUSTED_HOST=
# A pattern may match nothing, so the bundle is optional.
COPY requirements.txt ca-bundle.cr[t] /build/
RUN if [ -f /build/ca-bundle.crt ]; then export PIP_CERT=/build/ca-bundle.crt; fi; \
    python3 -m venv /opt/aether \
    && /opt/aether/bin/pip install --no-cache-dir --disable-pip-version-check \
       --require-hashes --no-deps -r /build/requirements.txt

# Readable whatever the umask of the clone, and compiled, since the bot's user cannot write here.
WORKDIR /app
COPY . .
RUN chmod -R a+rX . && /opt/aether/bin/python -m compileall -q .

RUN install -m 0755 scripts/container.sh /usr/local/bin/aether

# The port of the container is open to whoever reaches it, so it asks for a token; `aether link` shows it.
ENV PATH=/opt/aether/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 \
    AETHER_DATA_DIR=/data \
    AETHER_WEB__HOST=0.0.0.0
VOLUME /data
EXPOSE 8420
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8420/readyz', timeout=4)"]
ENTRYPOINT ["aether"]
CMD ["up"]
