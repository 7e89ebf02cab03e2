#!/usr/bin/env bash
# Builds the addon of the installed @tensorflow/tfjs-node against the C library that lies in
# TensorFlow's Python wheel, for machines that reach package registries only: its own install
# script would download both from elsewhere.
#
#   npm install && scripts/build-tfjs-node.sh
#
# Needs python3 with pip, and g++; Linux on x86-64. The first run downloads 210 MB and keeps 590 MB
# under ${XDG_CACHE_HOME:-~/.cache}/modelmeter; later runs compile for some seconds, or do nothing
# when the addon is there and loads.
set -euo pipefail
cd "$(dirname "$0")/.."

version=2.15.1
sha256=54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26
library="${XDG_CACHE_HOME:-$HOME/.cache}/modelmeter/tensorflow-$version"

fail() { echo "build-tfjs-node: $*" >&2; exit 1; }
loads() { node -e 'require("@tensorflow/tfjs-node")' > /dev/null 2>&1; }

if loads; then
  echo 'build-tfjs-node: the addon is there and loads'
  exit 0
fi
[ "$(uname -s) $(uname -m)" = 'Linux x86_64' ] ||
  fail "this is $(uname -s) on $(uname -m), and the wheel is for Linux on x86-64; run: npm rebuild --ignore-scripts=false @tensorflow/tfjs-node"
for program in python3 g++; do
  command -v "$program" > /dev/null || fail "$program is missing; install it (apt-get install python3 python3-pip g++)"
done
python3 -m pip --version > /dev/null 2>&1 || fail 'python3 has no pip; install it (apt-get install python3-pip)'
package=$(node -p 'require("node:path").dirname(require.resolve("@tensorflow/tfjs-node/package.json"))') ||
  fail '@tensorflow/tfjs-node is not installed; run: npm install'
headers=$(node -p 'require("node-api-headers").include_dir') ||
  fail 'node-api-headers is not installed; run: npm install'

if [ ! -d "$library" ]; then
  mkdir -p "$(dirname "$library")"
  scratch=$(mktemp -d "$library.XXXXXX")
  trap 'rm -rf "$scratch"' EXIT
  # The platform is named so that the same wheel comes whichever Python asks.
  echo "tensorflow-cpu==$version --hash=sha256:$sha256" > "$scratch/requirements.txt"
  python3 -m pip download --quiet --disable-pip-version-check --no-cache-dir --no-deps \
    --only-binary=:all: --platform manylinux2014_x86_64 --python-version 3.11 \
    --requirement "$scratch/requirements.txt" --dest "$scratch/wheel"
  python3 - "$scratch"/wheel/*.whl "$scratch/unpacked" << 'PYTHON'
import sys
import zipfile

wheel, folder = sys.argv[1:]
wanted = ("tensorflow/libtensorflow", "tensorflow/include/tensorflow/", "tensorflow/include/tsl/")
with zipfile.ZipFile(wheel) as archive:
    archive.extractall(folder, [name for name in archive.namelist() if name.startswith(wanted)])
PYTHON
  mv "$scratch/unpacked/tensorflow" "$library"
fi

mkdir -p "$package/lib/napi-v8"
g++ -std=c++17 -O2 -shared -fPIC -DNAPI_VERSION=8 -I"$headers" -I"$library/include" \
  "$package"/binding/*.cc -o "$package/lib/napi-v8/tfjs_binding.node" \
  "$library/libtensorflow_cc.so.2" "$library/libtensorflow_framework.so.2" -Wl,-rpath,"$library"
loads || {
  node -e 'require("@tensorflow/tfjs-node")' || true
  fail 'the addon was built and does not load (see above)'
}
echo 'build-tfjs-node: the addon is built and loads'
