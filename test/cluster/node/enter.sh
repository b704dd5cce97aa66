#!/bin/sh
# Joins the control groups of a run, then becomes the command.
# usage: enter.sh RUN_DIRECTORY COMMAND [ARGUMENT...]
set -eu
run=$1
shift
while read -r group; do echo $$ >"$group/cgroup.procs"; done <"$run/cgroups"
exec "$@"
