#!/usr/bin/env bash
# Everything beside the peers, in one run: ./run_all.sh, or a choice: ./run_all.sh codec indicators
#
# A choice without models is built far sooner: models has tract.
# GANNET_CORPUS: a folder with market_data, for captured messages and a recorded market. CPU_A, CPU_B: cores to pin to.
# Ends with 1 if messages were lost, engines disagree, or a library of the table is faster.
set -uo pipefail
cd "$(dirname "$0")"
A=${CPU_A:-0}; B=${CPU_B:-1}; failed=0
want=${*:-codec round_trip indicators models backtest interop}

command -v cmake >/dev/null || { echo "QuickFIX needs cmake and a C++ compiler" >&2; exit 2; }
cargo build --release --locked --workspace --exclude peers-models || exit 2
if [[ " $want " == *" models "* ]]; then
  cargo build --profile models --locked -p peers-models || exit 2
  # The models, what other compilers make of them, and onnxruntime's C library.
  if [[ ! -f models/made/rows.csv ]]; then
    python3 -m venv models/.venv && ./models/.venv/bin/pip install --quiet -r models/requirements.txt \
      && ./models/.venv/bin/python models/make.py models/made || exit 2
  fi
  ONNXRUNTIME=$(compgen -G "$PWD/models/.venv/lib/python3*/site-packages/onnxruntime/capi/libonnxruntime.so*" | head -1)
  export ONNXRUNTIME
fi

# TA-Lib's C library comes inside of the Python package.
talib() { compgen -G '.venv/lib/python3*/site-packages/ta_lib.libs/libta-lib*.so*' | head -1; }
if [[ " $want " == *" indicators "* && -z "$(talib)" ]]; then
  python3 -m venv .venv && ./.venv/bin/pip install --quiet --no-deps TA-Lib==0.8.2
fi
if [[ -n "$(talib)" ]]; then TALIB="$PWD/$(talib)"; export TALIB; fi

echo "$(date -u +%FT%TZ) $(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2 | xargs), $(nproc) CPUs, kernel $(uname -r)"
for what in $want; do
  echo "== $what (load $(cut -d' ' -f1 /proc/loadavg))"
  case $what in
    codec)      target/release/codec 400 "$B" ;;
    round_trip) target/release/round_trip 200 "$A" "$B" ;;
    indicators) target/release/indicators 60 "$B" ;;
    backtest)   target/release/peers-backtest agree && target/release/peers-backtest speed 200000 7 "$B" ;;
    interop)    target/release/interop ;;
    models)     target/models/models models/made 20 "$B" ;;
    *)          echo "codec, round_trip, indicators, models, backtest or interop"; false ;;
  esac || failed=1
done
exit $failed
