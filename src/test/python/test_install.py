import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest

from support import PACKAGE, REQUIRED, ROOT, InTemp

SCRIPT = (
    "import os, sys, sightlog\n"
    "assert 'site-packages' in sightlog.__file__, sightlog.__file__\n"
    "assert os.path.exists(os.path.join(os.path.dirname(sightlog.__file__), 'py.typed'))\n"
    "with sightlog.open(sys.argv[1]) as journal:\n"
    "    try:\n"
    "        journal.append(source='installed', detections=[sightlog.Detection(label='dog', confidence=1, x=0, y=0, w=1, h=1)])\n"
    "        print([(e.source, e.detections[0].label) for e in journal.events()])\n"
    "    except sightlog.LibraryMissing as problem:\n"
    "        print(problem)\n"
)


def pip_works():
    """Whether this Python can make an environment with pip in it; Debian keeps that in a package of its own."""
    try:
        import ensurepip
        import venv  # noqa: F401

        return ensurepip.version() is not None
    except ImportError:
        return False


@unittest.skipUnless(pip_works() or REQUIRED, "venv or ensurepip is missing: the installation was not tried")
class InstallTest(InTemp):
    @classmethod
    def setUpClass(cls):
        cls.venv = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.venv, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", cls.venv], check=True, timeout=300)

    def run_in(self, *command, **environment):
        clean = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "SIGHTLOG_LIBRARY", "CC")}
        clean.update(environment, PIP_DISABLE_PIP_VERSION_CHECK="1")
        done = subprocess.run(command, env=clean, cwd=self.temp, capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def install(self, what, **environment):
        """pip in an environment of its own, which may ask no index; gives its Python."""
        python = os.path.join(self.venv, "bin", "python")
        self.run_in(python, "-m", "pip", "install", "--no-index", "--force-reinstall", what, **environment)
        return python

    @unittest.skipUnless(any(map(shutil.which, ("cc", "gcc", "clang"))) or REQUIRED, "there is no C compiler")
    def test_installs_from_the_folder_without_an_index_and_appends(self):
        python = self.install(PACKAGE)
        self.assertEqual(self.run_in(python, "-c", SCRIPT, "journal"), "[('installed', 'dog')]\n")
        left = subprocess.run(["git", "status", "--porcelain", "--ignored", PACKAGE], cwd=ROOT, capture_output=True, text=True)
        others = [line for line in left.stdout.splitlines() if line.endswith((".so", ".egg-info/", "build/", "dist/"))]
        self.assertEqual(others, [])

    def test_installs_without_a_compiler_and_says_so_when_it_appends(self):
        nothing = self.path("nothing")
        os.mkdir(nothing)
        python = self.install(PACKAGE, PATH=nothing)
        out = self.run_in(python, "-c", SCRIPT, "journal")
        self.assertRegex(out, r"^appending needs the C library \(no C compiler \(cc, gcc, clang\) was on the PATH when this was")
        self.assertIn("install a C compiler and run pip install again", out)

    def test_installs_when_the_compiler_fails(self):
        python = self.install(PACKAGE, CC="false")
        self.assertIn("(false failed with exit code 1", self.run_in(python, "-c", SCRIPT, "journal"))

    @unittest.skipUnless(any(map(shutil.which, ("cc", "gcc", "clang"))) or REQUIRED, "there is no C compiler")
    def test_a_source_distribution_brings_the_c_sources_as_one_file(self):
        build = f"import sys; sys.path.insert(0, {PACKAGE!r}); import _build; print(_build.build_sdist('.'))"
        archive = self.run_in(sys.executable, "-c", build).strip()
        with tarfile.open(self.path(archive)) as tar:
            self.assertEqual(
                sorted(name for name in tar.getnames() if "/c/" in name), ["sightlog-0.1.0/c/sightlog.c", "sightlog-0.1.0/c/sightlog.h"]
            )
            single = tar.extractfile("sightlog-0.1.0/c/sightlog.c").read().decode()
        if shutil.which("make"):
            c = os.path.join(ROOT, "src", "main", "c")
            self.run_in("make", "-s", "-C", c, f"BUILD={self.temp}", self.path("sightlog.c"))
            with open(self.path("sightlog.c")) as made:
                self.assertEqual(single, made.read())
        python = self.install(self.path(archive))
        self.assertEqual(self.run_in(python, "-c", SCRIPT, "journal"), "[('installed', 'dog')]\n")


if __name__ == "__main__":
    unittest.main()
