#!/usr/bin/env python3
"""A CycloneDX SBOM of what is shipped: the crates of the program, and those of the pages' Wasm.

usage: sbom.py FOLDER

Cargo itself says which crates those are (`cargo tree`: with the features that are on, for the platform that is built for), Cargo.lock
their checksums. What only helps to build (build scripts, macros) is listed with the scope `excluded`; what tests use is not listed. Each
file is checked against the standard's own schema, and against Cargo.lock.
"""
import functools
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

# Title, package, options of cargo, name of the file. The second one is what scripts/build.sh compiles for the browser.
SHIPPED = [
    ("ayar", "server", [], "ayar.cdx.json"),
    ("ayar, in the browser", "frontend", ["--target", "wasm32-unknown-unknown"], "ayar-browser.cdx.json"),
]
LINE = re.compile(r"(\d+)\|(\S+) v(\S+)(?: \([^|]*\))?\|([^|]*)\|(\S*)(?: \(\*\))?")


def tree(package, options, edges):
    """The crates of a package, each with licence and repository, and who uses whom."""
    command = ["cargo", "tree", "--locked", "-p", package, "-e", edges, "--prefix", "depth", "-f", "|{p}|{l}|{r}", *options]
    found, uses, above = {}, {}, []
    for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines():
        depth, name, version, licence, repository = LINE.fullmatch(line).groups()
        crate = name, version
        found[crate] = licence, repository
        del above[int(depth):]
        if above:
            uses.setdefault(above[-1], set()).add(crate)
        above.append(crate)
    return found, uses


@functools.cache
def read_licence(text):
    # "MIT/Apache-2.0" is how the expression was written once.
    return LicenseFactory().make_from_string(text.replace("/", " OR "))


def component(crate, licence, repository, checksums, scope):
    name, version = crate
    purl = PackageURL("cargo", None, name, version)
    checksum = checksums[crate]
    return Component(
        type=ComponentType.LIBRARY,
        name=name,
        version=version,
        scope=scope,
        # Ours have no checksum: they come from this repository, not from a registry.
        purl=purl if checksum else None,
        bom_ref=str(purl),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=checksum)] if checksum else [],
        licenses=[read_licence(licence)] if licence else [],
        external_references=[ExternalReference(type=ExternalReferenceType.VCS, url=XsUri(repository))] if repository else [],
    )


def write(title, package, options, file, checksums):
    shipped, _ = tree(package, options, "normal,no-proc-macro")
    needed, uses = tree(package, options, "normal,build")
    assert shipped.keys() <= needed.keys() <= checksums.keys(), "cargo tree and Cargo.lock do not agree"
    root = next(crate for crate in shipped if crate[0] == package)
    bom = Bom()
    bom.metadata.component = Component(type=ComponentType.APPLICATION, name=title, version=root[1], bom_ref=f"{title}@{root[1]}")
    components = {root: bom.metadata.component}
    for crate, (licence, repository) in needed.items():
        if crate != root:
            scope = ComponentScope.REQUIRED if crate in shipped else ComponentScope.EXCLUDED
            components[crate] = component(crate, licence, repository, checksums, scope)
    bom.components.update(other for crate, other in components.items() if crate != root)
    for crate, other in components.items():
        bom.register_dependency(other, [components[used] for used in uses.get(crate, ())])
    text = JsonV1Dot6(bom).output_as_string(indent=2)
    broken = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    assert broken is None, broken
    # Not one lost on the way: the library drops what it takes for the same.
    assert len(bom.components) == len(needed) - 1, f"{len(bom.components)} of {len(needed) - 1}"
    unlicensed = sorted(crate for crate in shipped if checksums[crate] and not shipped[crate][0])
    assert not unlicensed, f"no licence: {unlicensed}"
    file.write_text(text + "\n")
    print(f"{file}: {len(shipped) - 1} crates shipped, {len(needed) - len(shipped)} to build with")
    return shipped.keys() | needed.keys()


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    lock = tomllib.loads(Path("Cargo.lock").read_text())
    checksums = {(crate["name"], crate["version"]): crate.get("checksum") for crate in lock["package"]}
    assert len(checksums) == len(lock["package"])
    used = set()
    for title, package, options, name in SHIPPED:
        used |= write(title, package, options, folder / name, checksums)
    rest = len(checksums) - len(used)
    print(f"Cargo.lock has {len(checksums)} crates; the other {rest} are for tests, tools, other systems and features that are off")


main()
