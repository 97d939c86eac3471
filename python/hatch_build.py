"""Builds the shared library with Go and the table of environments from it.

The library belongs into the wheel of this platform, whatever the version of
Python: the wheel's tag is py3-none-PLATFORM.
"""

import os
import pathlib
import runpy
import subprocess
import sysconfig

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = pathlib.Path(__file__).resolve().parent
LIBRARY = runpy.run_path(str(HERE / "miniflow" / "_library.py"))  # the package itself needs gymnasium
FILE, write_table = LIBRARY["FILE"], LIBRARY["write_table"]


def go(*arguments):
    """Returns what a go command prints."""
    return subprocess.run(["go", *arguments], cwd=HERE.parent, capture_output=True, text=True, check=True).stdout


def licences():
    """Returns the terms of Go and of the modules that the library is made of."""
    folders = {"Go": pathlib.Path(go("env", "GOROOT").strip())}
    for line in go("list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}\t{{.Dir}}{{end}}{{end}}", "./python/lib").splitlines():
        if line:
            module, folder = line.split("\t")
            folders[module] = pathlib.Path(folder)
    return "\n".join(f"{module}\n\n{file.read_text()}" for module, folder in folders.items() for file in sorted(folder.glob("LICENSE*")))


class Hook(BuildHookInterface):
    """Runs before the wheel is put together."""

    def initialize(self, version, build_data):
        if self.target_name != "wheel":
            raise RuntimeError("miniflow has no source distribution, because its source is a Go module: build a wheel with pip wheel ./python in the repository")
        if not (HERE.parent / "go.mod").exists():
            raise RuntimeError("build the wheel inside the miniflow repository: pip install ./python")
        library, table = HERE / "miniflow" / FILE, HERE / "miniflow" / "table.json"
        command = ["go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-buildmode=c-shared", "-o", str(library), "./python/lib"]
        try:
            subprocess.run(command, cwd=HERE.parent, env={**os.environ, "CGO_ENABLED": "1"}, check=True)
        except FileNotFoundError as error:
            raise RuntimeError("building miniflow needs Go 1.26 (https://go.dev/dl) and a C compiler") from error
        except subprocess.CalledProcessError as error:
            raise RuntimeError("building miniflow with Go failed, as said above; it needs Go 1.26 and a C compiler") from error
        library.with_suffix(".h").unlink(missing_ok=True)
        write_table(library, table)
        (HERE / "miniflow" / "LICENSES.txt").write_text(licences())
        build_data["pure_python"] = False
        build_data["tag"] = "py3-none-" + sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["artifacts"] += [f"miniflow/{FILE}", "miniflow/table.json", "miniflow/LICENSES.txt"]
