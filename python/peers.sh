#!/usr/bin/env bash
# Makes a virtual environment of other people's packages, which the tests of this
# package look into, and prints its folder of packages:
#
#   python/peers.sh training|rllib|oldest|miniworld
#
# It is made once and kept in ~/.cache/miniflow (or MINIFLOW_CACHE), because PyTorch
# is 3 GB; it is named by what is in it, so other requirements make another one.
set -euo pipefail

case "$1" in
training) want=(torch stable-baselines3 "minari[create,hdf5]" "minigrid[wfc]==3.2.0" pytest) ;;
rllib) want=("ray[rllib]==2.60.0" "minigrid[wfc]==3.2.0" pytest) ;; # pins gymnasium 1.2.2
miniworld) want=("miniworld==2.1.0" pytest) ;; # needs a display
oldest) want=("gymnasium==1.1.0" "minigrid[wfc]==3.2.0" pytest) ;;
*) echo "usage: python/peers.sh training|rllib|oldest|miniworld" >&2 && exit 2 ;;
esac

cache=${MINIFLOW_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/miniflow}
key=$(printf '%s\n' "$(python3 -V)" "${want[@]}" | sha256sum | cut -c1-12)
venv=$cache/$1-$key
if [ ! -e "$venv/complete" ]; then
  mkdir -p "$cache"
  exec 9>"$venv.lock"
  flock 9 # two tests at a time make it once
fi
if [ ! -e "$venv/complete" ]; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/python" -m pip --disable-pip-version-check -q install --no-compile "${want[@]}" >&2
  touch "$venv/complete"
fi
"$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))'
