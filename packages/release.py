"""Makes a release of wheels: `python packages/release.py --repository URL --out FOLDER WHEEL…`.

What is in the wheels is built once, so pip, npm and cargo-binstall bring the same program. FOLDER gets the wheels, npm's
packages (one for each system, and one that chooses among them), the archives for cargo-binstall, the SBOM, and SHA256SUMS.
Needs Python 3.11 and nothing else.
"""

import argparse
import gzip
import hashlib
import io
import json
import os
import shutil
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

from targets import TARGETS

ROOT = Path(__file__).parents[1]
NPM = ROOT / "packages/npm"
# The same wheels make the same bytes. https://reproducible-builds.org/specs/source-date-epoch/
TIME = int(os.environ.get("SOURCE_DATE_EPOCH", "315532800"))  # else 1980, the first that a zip can say


def version():
    return tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]


def licences():
    return {name: (ROOT / name).read_bytes() for name in ("LICENSE-APACHE", "LICENSE-MIT")}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repository", required=True, help="where the source is: npm compares it with the provenance")
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--all", action="store_true", help="fail unless there is a wheel for each system")
    parser.add_argument("wheels", nargs="+", type=Path)
    given = parser.parse_args()
    given.out.mkdir(parents=True)
    built = {target: wheel for wheel in given.wheels for target in [target_of(wheel)]}
    if len(built) < len(given.wheels):
        sys.exit("error: two wheels are for one system")
    if given.all and (missing := [target.rust for target in TARGETS if target not in built]):
        sys.exit(f"error: no wheel for {', '.join(missing)}")
    for target, wheel in built.items():
        program, sbom = contents(wheel, target)
        shutil.copy(wheel, given.out)
        archive(given.out, target, program)
        npm_package(given.out, platform_package(target, given.repository), {target.program: program})
        (given.out / f"watcher-{version()}-{target.rust}.cyclonedx.json").write_bytes(sbom)
    npm_package(given.out, main_package(built, given.repository), {
        name: (NPM / name).read_bytes() for name in ("bin/watcher.js", "README.md")
    })
    files = sorted(given.out.iterdir())
    sums = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    (given.out / "SHA256SUMS").write_text("".join(sums))


def target_of(wheel):
    for target in TARGETS:
        if wheel.name == f"account_watcher-{version()}-py3-none-{target.wheel}.whl":
            return target
    sys.exit(f"error: {wheel.name} is for no system of packages/targets.py, or not version {version()}")


def contents(wheel, target):
    """The program, and maturin's list of what is in it. https://peps.python.org/pep-0770/"""
    name = f"account_watcher-{version()}"
    with zipfile.ZipFile(wheel) as file:
        (sbom,) = (one for one in file.namelist() if one.startswith(f"{name}.dist-info/sboms/"))
        return file.read(f"{name}.data/scripts/{target.program}"), file.read(sbom)


def archive(out, target, program):
    """For people, and for cargo-binstall: `package.metadata.binstall` in crates/cli/Cargo.toml says the names here."""
    folder = f"watcher-{version()}-{target.rust}"
    files = {f"{folder}/{name}": data for name, data in ({target.program: program} | licences()).items()}
    if target.os == "win32":
        with zipfile.ZipFile(out / f"{folder}.zip", "w", zipfile.ZIP_DEFLATED) as file:
            for name, data in files.items():
                file.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    else:
        (out / f"{folder}.tar.gz").write_bytes(tar_gz(files))


def npm_package(out, about, files):
    """As `npm pack` names and lays it out: everything in a folder `package`."""
    files = {"package.json": (json.dumps(about, indent=2) + "\n").encode()} | files | licences()
    name = about["name"].removeprefix("@").replace("/", "-")
    (out / f"{name}-{about['version']}.tgz").write_bytes(tar_gz({f"package/{name}": data for name, data in files.items()}))


def platform_package(target, repository):
    """https://docs.npmjs.com/cli/configuring-npm/package-json#os"""
    about = json.loads((NPM / "package.json").read_text())
    del about["bin"], about["engines"]
    about["name"] = target.npm
    about["description"] = f"The program of account-watcher for {target.os} on {target.cpu}"
    about |= {"os": [target.os], "cpu": [target.cpu]} | ({"libc": [target.libc]} if target.libc else {})
    return about | common(repository)


def main_package(targets, repository):
    about = json.loads((NPM / "package.json").read_text())
    about["optionalDependencies"] = {target.npm: version() for target in targets}
    return about | common(repository)


def common(repository):
    return {"version": version(), "repository": {"type": "git", "url": f"git+{repository}.git"}}


def tar_gz(files):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as file:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), TIME
            info.mode = 0o755 if Path(name).stem == "watcher" else 0o644  # the program, and npm's way to it
            file.addfile(info, io.BytesIO(data))
    return gzip.compress(packed.getvalue(), mtime=0)


if __name__ == "__main__":
    main()
