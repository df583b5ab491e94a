# Signal Processing: two stages, a static binary in a distroless image.
FROM golang:1.26-alpine AS builder

# -cover for end-to-end coverage, empty for production.
ARG GOFLAGS=""

WORKDIR /src
COPY go.mod go.sum ./
COPY cmd/ cmd/
COPY internal/ internal/
RUN CGO_ENABLED=0 GOFLAGS="${GOFLAGS}" go build -ldflags="-s -w" -o /out/signalprocessing ./cmd/signalprocessing

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=builder /out/signalprocessing /signalprocessing
USER 65532:65532
EXPOSE 8081
ENTRYPOINT ["/signalprocessing"]
