#!/bin/sh
# Makes the namespace where there is none. Finished workflows are kept for thirty days; what they did is in our own rows.
set -eu
temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention 30d
