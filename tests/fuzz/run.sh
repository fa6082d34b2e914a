#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: tests/fuzz/run.sh [SECONDS [TARGET...]]
# Fuzzes each target (all of them when none is named) for SECONDS (60). What a fuzzer finds worth
# keeping lies in build-fuzz/corpus/TARGET, what made it fail in build-fuzz/findings.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
build=${CARDEA_FUZZ_BUILD:-build-fuzz}
seconds=${1:-60}
shift || true

if [ ! -f "$build/build.ninja" ]; then
  CC=clang CXX=clang++ meson setup "$build" -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false
fi
if [ $# -eq 0 ]; then
  mapfile -t targets < <(find tests/fuzz -mindepth 2 -maxdepth 2 -name corpus -printf '%h\n' | xargs -n1 basename | sort)
else
  targets=("$@")
fi
ninja -C "$build" "${targets[@]/#/tests/fuzz/fuzz-}"

mkdir -p "$build/findings"
failed=0
for target in "${targets[@]}"; do
  kept=$build/corpus/$target
  mkdir -p "$kept"
  echo "== $target: $seconds s"
  UBSAN_OPTIONS=halt_on_error=1 "$build/tests/fuzz/fuzz-$target" -max_total_time="$seconds" \
    -max_len=16384 -timeout=10 -rss_limit_mb=2048 -close_fd_mask=3 -print_final_stats=1 \
    -artifact_prefix="$build/findings/$target-" "$kept" "tests/fuzz/$target/corpus" 2>"$build/findings/$target.log" \
    || { failed=1; echo "   FOUND SOMETHING: see $build/findings"; }
  grep -E 'stat::number_of_executed_units|stat::average_exec_per_sec|SUMMARY' "$build/findings/$target.log" || true
done
exit $failed
