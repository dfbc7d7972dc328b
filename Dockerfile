# catalogsync in a container; docs/ci.md tells how to run it. Built on a base named by its digest, from wheels named by
# their hashes; nothing of what is installed runs while it is installed.
FROM python:3.12-slim@sha256:dddfd7e07f9d15aeeca61529320492139d21cac7f0070c00609243e51e4e0016 AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ONLY_BINARY=:all:
WORKDIR /src
COPY supply/runtime.txt supply/release.txt supply/
RUN python -m venv --without-pip /opt/catalogsync \
 && pip --python /opt/catalogsync/bin/python install --require-hashes --requirement supply/runtime.txt \
 && pip install --require-hashes --requirement supply/release.txt
COPY pyproject.toml README.md LICENSE action.yml ./
COPY schemas schemas
COPY examples examples
COPY catalogsync catalogsync
RUN pyproject-build --wheel --no-isolation --outdir /wheel \
 && pip --python /opt/catalogsync/bin/python install --no-deps --no-index /wheel/*.whl \
 && pip --python /opt/catalogsync/bin/python check

FROM python:3.12-slim@sha256:dddfd7e07f9d15aeeca61529320492139d21cac7f0070c00609243e51e4e0016
LABEL org.opencontainers.image.title="catalogsync" \
      org.opencontainers.image.description="Plan and apply a catalog of digital goods to marketplaces" \
      org.opencontainers.image.licenses="MIT"
# git keeps the state on a branch. Debian serves the newest of a release alone, so a version could not be named for long.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends git \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/catalogsync /opt/catalogsync
# Nothing is written but to the catalog and /tmp, so the root file system may be read-only.
ENV PATH="/opt/catalogsync/bin:$PATH" HOME=/tmp PYTHONDONTWRITEBYTECODE=1
WORKDIR /catalog
USER 65532:65532
HEALTHCHECK NONE
ENTRYPOINT ["catalogsync"]
CMD ["--help"]
