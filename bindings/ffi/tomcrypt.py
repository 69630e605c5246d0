#!/usr/bin/env python3
"""Builds SQLCipher on libtomcrypt instead of OpenSSL, to measure and to try the smaller library.

    python3 bindings/ffi/tomcrypt.py DIR
    cargo xtask size --sqlcipher DIR

DIR is given libsqlcipher.a and sqlite3.h, made with a C compiler (CC, or cc) out of the sources that
the crate `sqlcipher-src` ships, which the OpenSSL build uses too. Only what a phone's store asks for is
compiled in: no full text search, no R-tree, no extensions to load.
"""
import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLAGS = ["-Os", "-fPIC", "-ffunction-sections", "-fdata-sections", "-w"]
# AES in CBC, HMAC and PBKDF2 over SHA-1 and SHA-2, and the generator that SQLCipher asks for.
CRYPTO = ["-DLTC_SOURCE", "-DLTC_NOTHING", "-DLTC_NO_TEST", "-DLTC_RIJNDAEL", "-DLTC_CBC_MODE", "-DLTC_HMAC", "-DLTC_PKCS_5",
          "-DLTC_SHA1", "-DLTC_SHA256", "-DLTC_SHA512", "-DLTC_HASH_HELPERS", "-DLTC_FORTUNA",
          "-DLTC_FORTUNA_WD=10", "-DLTC_FORTUNA_POOLS=32", "-DLTC_RNG_GET_BYTES", "-DLTC_DEVRANDOM",
          "-DLTC_PTHREAD", "-DARGTYPE=4"]
STORE = ["-DSQLITE_HAS_CODEC", "-DSQLCIPHER_CRYPTO_LIBTOMCRYPT", "-DSQLITE_TEMP_STORE=2",
         "-DSQLITE_EXTRA_INIT=sqlcipher_extra_init", "-DSQLITE_EXTRA_SHUTDOWN=sqlcipher_extra_shutdown",
         "-DHAVE_STDINT_H=1", "-DSQLITE_CORE", "-DSQLITE_DEFAULT_FOREIGN_KEYS=1", "-DSQLITE_ENABLE_API_ARMOR",
         "-DSQLITE_ENABLE_COLUMN_METADATA", "-DSQLITE_ENABLE_STAT4", "-DSQLITE_THREADSAFE=1", "-DSQLITE_USE_URI",
         "-DHAVE_USLEEP=1", "-DHAVE_ISNAN", "-DSQLITE_OMIT_LOAD_EXTENSION"]


def sources():
    said = subprocess.run(["cargo", "metadata", "--format-version", "1", "--locked"], cwd=ROOT,
                          capture_output=True, text=True, check=True)
    packages = json.loads(said.stdout)["packages"]
    found = next(one for one in packages if one["name"] == "sqlcipher-src")
    return Path(found["manifest_path"]).parent


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    out = Path(sys.argv[1]).resolve()
    objects = out / "objects"
    shutil.rmtree(objects, ignore_errors=True)
    objects.mkdir(parents=True)
    crate = sources()
    code = crate / "sqlcipher"
    headers = code / "libtomcrypt" / "headers"
    listed = re.findall(r'"(libtomcrypt/[^"]+\.c)"', (crate / "src" / "libtomcrypt_sources.rs").read_text())
    compiler = os.environ.get("CC", "cc")

    def compiled(numbered):
        number, (source, flags) = numbered
        made = objects / f"{number}.o"
        subprocess.run([compiler, *FLAGS, *flags, "-I", str(headers), "-c", str(code / source), "-o", str(made)], check=True)
        return str(made)

    # The largest first, so that it does not come last alone.
    work = [("sqlcipher.c", STORE + CRYPTO[2:])] + [(source, CRYPTO) for source in listed]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        made = list(pool.map(compiled, enumerate(work)))
    archive = out / "libsqlcipher.a"
    archive.unlink(missing_ok=True)
    subprocess.run([os.environ.get("AR", "ar"), "rcs", str(archive), *made], check=True)
    shutil.copy(code / "sqlite3.h", out / "sqlite3.h")
    shutil.rmtree(objects)
    print(f"{archive} ({archive.stat().st_size} bytes)")


if __name__ == "__main__":
    main()
