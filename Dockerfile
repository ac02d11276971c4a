# syntax=docker/dockerfile:1
# Three images: `gateway` (the default), `aws` (credentials for AWS KMS come from the platform), `demo` (with the simulated
# world). docs/operations/deploy.md says how to run them.

# The version that the tests run with (package-lock.json).
ARG NODE=24.21.0-bookworm-slim

# What is built is JavaScript, the same for every architecture: these stages run on that of the builder.
FROM --platform=$BUILDPLATFORM node:${NODE} AS manifests
WORKDIR /clone
COPY package.json package-lock.json ./
COPY packages/simulator/package.json packages/simulator/

# The packages as they are published.
FROM manifests AS packages
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN mkdir -p /packages/kinpass /packages/simulator \
  && node node_modules/typescript/bin/tsc -p tsconfig.build.json \
  && node node_modules/typescript/bin/tsc -p packages/simulator/tsconfig.build.json \
  && tar -xzf "$(npm pack --ignore-scripts --silent)" -C /packages/kinpass --strip-components=1 \
  && tar -xzf "$(npm pack --ignore-scripts --silent -w @kinpass/simulator)" -C /packages/simulator --strip-components=1

# What a gateway depends on, in the versions of the lock file. Beside development dependencies and a simulator npm would install
# what they share with it, too.
FROM manifests AS modules
RUN npm pkg delete devDependencies workspaces \
  && npm install --package-lock-only --offline --ignore-scripts --no-audit --no-fund \
  && npm ci --ignore-scripts --no-audit --no-fund

# With a dependency that is optional.
FROM manifests AS aws-modules
RUN npm pkg delete devDependencies workspaces \
  && npm pkg set "dependencies.@aws-sdk/credential-providers=*" \
  && npm install --package-lock-only --offline --ignore-scripts --no-audit --no-fund \
  && npm ci --ignore-scripts --no-audit --no-fund

FROM manifests AS demo-modules
RUN npm ci --ignore-scripts --no-audit --no-fund --omit=dev

FROM manifests AS folders
RUN mkdir -p /folders/bin /folders/lib && mkdir -m 0700 /folders/lib/kinpass && ln -s /app/bin/kinpass.js /folders/bin/kinpass

# No RUN from here on: images of other architectures are put together without running them.
FROM node:${NODE} AS base
LABEL org.opencontainers.image.title="Kinpass" \
  org.opencontainers.image.description="Single sign-on gateway for families of streaming apps on Adobe Pass REST API V2" \
  org.opencontainers.image.source="https://github.com/kinpass/kinpass" \
  org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production KINPASS_CONFIG=/etc/kinpass/kinpass.yaml
COPY --from=folders /folders/bin/ /usr/local/bin/
# The only folder that a gateway writes to, and only with SQLite or a keys folder.
COPY --from=folders --chown=10001:10001 /folders/lib/ /var/lib/
COPY --from=packages /packages/kinpass/ /app/
WORKDIR /var/lib/kinpass
USER 10001:10001
EXPOSE 8080 8081
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD ["kinpass", "health", "--quiet", "--admin", "http://127.0.0.1:8081"]
ENTRYPOINT ["kinpass"]
CMD ["serve"]

FROM base AS demo
COPY --from=demo-modules /clone/node_modules/ /app/node_modules/
COPY --from=packages /packages/simulator/ /app/packages/simulator/
CMD ["demo", "--quiet"]

FROM base AS aws
COPY --from=aws-modules /clone/node_modules/ /app/node_modules/

FROM base AS gateway
COPY --from=modules /clone/node_modules/ /app/node_modules/
