#!/bin/sh
# Makes a virtual environment with exactly the packages of requirements.lock, and gannet-train.
# Usage: strategies/training/setup.sh [FOLDER]     (default: .venv beside this file)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$here/.venv}
python=${PYTHON:-python3.11}
"$python" -m venv "$folder"
"$folder/bin/python" -m pip install --quiet --require-hashes -r "$here/requirements.lock"
"$folder/bin/python" -m pip install --quiet --no-deps --no-build-isolation --editable "$here"
echo "ready: $folder/bin/gannet-train --help"
