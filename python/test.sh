#!/usr/bin/env bash
# Builds the package, installs it into fresh virtual environments and tests it there:
#
#   python/test.sh [pytest arguments]
#
#   MINIFLOW_LONG=1  every id instead of one a family, and other people's training
#                    code: PyTorch (3 GB, kept for next time), Stable-Baselines3,
#                    Minari, RLlib, Miniworld, and the Gymnasium that RLlib pins
#
# Without the Python Package Index it says what it does not test, and succeeds.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PIP_DISABLE_PIP_VERSION_CHECK=1
unset PYTHONDONTWRITEBYTECODE # the tests start hundreds of interpreters
say() { printf -- '-- %s (%d s)\n' "$*" "$SECONDS"; }
missed() { echo "NOT TESTED: $*"; }

python3 -m venv "$work/first"
if ! "$work/first/bin/pip" -q install --dry-run hatchling >/dev/null 2>"$work/why"; then
  tail -n 1 "$work/why"
  missed "the Python package, because the Python Package Index does not answer"
  exit
fi

say "pip install ./python in a fresh environment, and the README's program"
began=$SECONDS
(cd .. && "$work/first/bin/pip" -q install ./python)
sed -n '/^```python$/,/^```$/{/^```/!p}' README.md > "$work/program.py"
"$work/first/bin/python" "$work/program.py"
echo "installed and run in $((SECONDS - began)) s; a quiet machine must need less than 180"

"$work/first/bin/pip" -q wheel --no-deps -w "$work" .

run=() # what the next proof's Python runs under

# proof NAME PEERS... -- pytest arguments: tests in an environment that holds the
# wheel alone, and finds the peers' packages behind it, the first ones first.
proof() {
  local name=$1 python=$work/$1/bin/python paths=()
  shift
  while [ "$1" != -- ]; do
    if ! paths+=("$(./peers.sh "$1")"); then
      missed "$name, because the packages of python/peers.sh $1 cannot be installed"
      return
    fi
    shift
  done
  shift
  say "tests: $name"
  python3 -m venv "$work/$name"
  printf '%s\n' "${paths[@]}" > "$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/peers.pth"
  "$python" -m pip -q install --no-deps "$work"/*.whl
  # Not beside the sources: what is tested is what was installed.
  (cd tests && exec "${run[@]}" "$python" -m pytest -q -rs -p no:cacheprovider -c ../pyproject.toml --rootdir .. "$@")
}

if [ "${MINIFLOW_LONG:-}" = 1 ]; then
  proof everything training -- "$@"
  proof rllib rllib training -- test_rllib.py
  MINIFLOW_LONG= proof gymnasium-1.2.2 rllib -- "$@"
  if command -v xvfb-run >/dev/null && command -v xauth >/dev/null; then
    run=(xvfb-run -a)
    proof miniworld miniworld -- test_miniworld.py
    run=()
  else
    missed "Miniworld beside the original, because there is no xvfb-run"
  fi
fi
MINIFLOW_LONG= proof gymnasium-1.1.0 oldest -- "$@"
say "Python package tested"
