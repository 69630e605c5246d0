"""The wheel holds a library of one platform and no extension module: any Python 3 loads it."""
import sys
from pathlib import Path

from setuptools import Distribution, setup
from setuptools.command.build_py import build_py
from setuptools.command.bdist_wheel import bdist_wheel

sys.path.insert(0, str(Path(__file__).resolve().parent))
import stubs  # noqa: E402 - beside this file, which is no package


class WithTypes(build_py):
    def run(self):
        super().run()
        built = Path(self.build_lib) / "jawla"
        stubs.write(built / "_core.py", built / "_core.pyi")


class WithLibrary(Distribution):
    def has_ext_modules(self):
        return True


class AnyPython(bdist_wheel):
    def get_tag(self):
        _, _, platform = super().get_tag()
        return "py3", "none", platform


setup(distclass=WithLibrary, cmdclass={"bdist_wheel": AnyPython, "build_py": WithTypes})
