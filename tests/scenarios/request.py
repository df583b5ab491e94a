"""A help request about the example repo, as one of its teams would write it to the other."""

REQUEST = """\
# E2E coverage of DataStorage is empty: how did SignalProcessing do it?

**From**: DataStorage Team
**To**: SignalProcessing Team
**Date**: 12 January 2026

## What happens
`make test-e2e-datastorage-coverage` passes, and `coverdata/` is empty afterwards: no covmeta, no covcounters.

## Our environment
- **Builder image**: `golang:1.26-alpine`
- **Runtime image**: distroless static, user 65532
- **GOCOVERDIR**: `/coverdata`
- **Build**: `GOFLAGS=-cover`, `CGO_ENABLED=0`

## What we suspect
1. **Static linking**: does `-extldflags "-static"` drop the coverage hooks?
2. **Distroless**: is a shell needed to write the files?
3. **Volume mount**: does the hostPath reach the Kind node?

## Questions
1. Do you use a multi-stage build?
2. Which base image does your runtime stage have?
3. Which flags and variables do you set?
4. Did you ever see that no files were written, and why?
5. Which user does the container run as?

## Key files
- `docker/datastorage.Dockerfile`
- `test/infrastructure/datastorage.go`

## How you could help
- **Option 1**: tell us what differs between your set-up and ours.
- **Option 2**: review the files above.
- **Option 3**: a pairing session of 30 minutes.
"""
