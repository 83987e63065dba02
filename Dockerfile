# syntax=docker/dockerfile:1
# The bot alone: no playground, no tests, no development dependencies, not root.
# No Redis either: its data would go with the container, and the record of what runs must not. Give it REDIS_URL.
#
#   docker build -t eks-upgrade-bot .
#   docker run -e SLACK_BOT_TOKEN -e SLACK_APP_TOKEN -e REDIS_URL -v "$PWD/fleet.yaml:/app/fleet.yaml:ro" eks-upgrade-bot

FROM node:22-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY commands commands
COPY jobs jobs
RUN npm run build && npm prune --omit=dev

FROM node:22-slim
ENV NODE_ENV=production
ENV HEALTH_PORT=8080
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
USER node
# Alive, not ready: a container that waits for Slack or Redis to come back must not be replaced for it. With HEALTH_PORT=
# nothing is served, and nothing is asked.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
  CMD ["node", "-e", "process.env.HEALTH_PORT || process.exit(0); fetch(`http://127.0.0.1:${process.env.HEALTH_PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node itself is process 1: main.js answers SIGTERM by handing its work back, well within the usual 10 s.
CMD ["node", "dist/src/main.js"]
