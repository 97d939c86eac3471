#!/usr/bin/env bash
# Installs the package into a virtual environment of its own and tests it there:
#
#   python/test.sh [pytest arguments]
#
#   MINIFLOW_LONG=1     every id instead of one a family, Minari and Stable-Baselines3
#   MINIFLOW_VENV=DIR   the environment; the default is python/.venv
#   MINIFLOW_PEERS=DIR  an environment whose packages may be used, too (PyTorch is
#                       large)
set -euo pipefail
cd "$(dirname "$0")"
venv=${MINIFLOW_VENV:-$PWD/.venv}
peers=${MINIFLOW_PEERS:-none}
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
pip() { "$venv/bin/python" -m pip --disable-pip-version-check -q "$@"; }
pip install pytest "minigrid[wfc]==3.2.0"
[ "${MINIFLOW_LONG:-}" != 1 ] || pip install "minari[create]"
pip install --force-reinstall --no-deps .
pip install .
if [ "${MINIFLOW_LONG:-}" = 1 ] && ! "$venv/bin/python" -c 'import stable_baselines3' 2>/dev/null; then
  site=$(ls -d "$peers"/lib/python*/site-packages 2>/dev/null || true)
  if [ -n "$site" ] && [ "$(basename "$(dirname "$site")")" = "$("$venv/bin/python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')" ]; then
    # Behind the environment's own packages, so only what it lacks comes from there.
    echo "$site" > "$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/peers.pth"
  else
    pip install torch stable-baselines3 \
      || echo "python/test.sh: Stable-Baselines3 cannot be installed here: its tests are skipped"
  fi
fi
cd tests # not beside the sources: what is tested is what was installed
exec "$venv/bin/pytest" -q -c ../pyproject.toml --rootdir .. "$@"
