# Data Storage: two stages, a static binary in a distroless image.
FROM golang:1.26-alpine AS builder

# -cover for end-to-end coverage, empty for production.
ARG GOFLAGS=""

WORKDIR /src
COPY go.mod go.sum ./
COPY cmd/ cmd/
COPY internal/ internal/

RUN if [ "${GOFLAGS}" = "-cover" ]; then \
      echo "Building with coverage instrumentation"; \
      CGO_ENABLED=0 GOFLAGS="${GOFLAGS}" go build -o /out/data-storage ./cmd/datastorage; \
    else \
      CGO_ENABLED=0 go build -ldflags='-w -s -extldflags "-static"' -o /out/data-storage ./cmd/datastorage; \
    fi

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=builder /out/data-storage /usr/local/bin/data-storage
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/usr/local/bin/data-storage"]
