# syntax=docker/dockerfile:1
# Other bases may be given, such as mirrors: --build-arg BUILD_IMAGE=... --build-arg RUNTIME_IMAGE=...
ARG BUILD_IMAGE=node:24-bookworm-slim
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian12:nonroot

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json ./
# The image has the right Node already, so the one among the dev dependencies need not fetch its binary.
# Another registry, and what opens it: --secret id=npmrc,src=$HOME/.npmrc, which enters no layer.
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
COPY scripts/build.ts scripts/licenses.ts scripts/
COPY src src
RUN ["node", "scripts/build.ts"]

FROM ${RUNTIME_IMAGE}
LABEL org.opencontainers.image.title="Gracegate" org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
COPY --from=build /src/package.json ./
COPY LICENSE ./
COPY --from=build /src/dist ./dist
# What `serve --standalone` shows.
COPY examples ./examples
USER 65532:65532
EXPOSE 8443 8080
ENV NODE_ENV=production
# A small young generation: reviews are short-lived and small, and a large one would only be resident memory.
ENTRYPOINT ["/nodejs/bin/node", "--max-semi-space-size=16", "/app/dist/main.js"]
CMD ["serve"]
