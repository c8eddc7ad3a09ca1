# dcert as a container: docs/operations.md, «In containers».
FROM node:24-bookworm-slim AS packages
WORKDIR /dcert
COPY package.json package-lock.json .npmrc ./
# Development packages stay out. The Node that npm would bring is that of the image here.
RUN npm ci --omit=dev --no-audit --no-fund \
  && rm -rf node_modules/node-linux-* node_modules/.bin/node /root/.npm

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    DCERT_DATA_DIR=/var/lib/dcert \
    DCERT_HOST=0.0.0.0 \
    DCERT_OPERATIONS_HOST=127.0.0.1
WORKDIR /dcert
COPY --from=packages /dcert/node_modules node_modules
COPY package.json LICENSE ./
COPY certs certs
COPY src src
COPY templates templates
COPY verifier-web verifier-web
# Owned by root and read-only to dcert: the process can change its data and nothing else.
RUN groupadd --system --gid 10001 dcert \
  && useradd --system --uid 10001 --gid dcert --home-dir /var/lib/dcert --shell /usr/sbin/nologin dcert \
  && install --directory --owner=dcert --group=dcert --mode=0700 /var/lib/dcert
USER dcert
VOLUME /var/lib/dcert
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "const { DCERT_OPERATIONS_PORT: port, DCERT_PORT } = process.env; fetch('http://127.0.0.1:' + (port === 'off' ? DCERT_PORT || 3000 : port || 9464) + '/health/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
# Node is process 1 here and hears SIGTERM itself.
ENTRYPOINT ["node", "/dcert/src/cli.ts"]
CMD ["serve"]
