import ast
import os
import unittest

from support import PACKAGE


def imports(source):
    """The modules of the package that a source imports anywhere in it, also for types only."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            found.update([node.module] if node.module else (alias.name for alias in node.names))
    return found


def circle(graph):
    """Modules that import each other, the first one again at the end; None when there are none."""

    def walk(module, path):
        if module in path:
            return path[path.index(module) :] + [module]
        if module in done:
            return None
        for following in sorted(graph.get(module, ())):
            found = walk(following, path + [module])
            if found:
                return found
        done.add(module)
        return None

    done = set()
    return next(filter(None, (walk(module, []) for module in sorted(graph))), None)


class ModulesTest(unittest.TestCase):
    def test_no_modules_import_each_other(self):
        graph = {}
        folder = os.path.join(PACKAGE, "sightlog")
        for file in os.listdir(folder):
            if file.endswith(".py"):
                with open(os.path.join(folder, file), encoding="utf-8") as source:
                    graph[file[:-3]] = imports(source.read())
        self.assertIn("_fields", graph["_events"])
        self.assertIsNone(circle(graph))

    def test_modules_that_do_are_found_wherever_they_say_so(self):
        for source in ("from ._b import B", "from . import _b", "def f():\n    from ._b import B", "if T:\n    from . import _c, _b"):
            graph = {"_a": imports(source), "_b": imports("from ._c import C"), "_c": imports("import os\nfrom ._a import A")}
            self.assertEqual(circle(graph)[0], circle(graph)[-1], source)
            self.assertGreaterEqual(set(circle(graph)), {"_a", "_c"}, source)
        self.assertIsNone(circle({"_a": {"_b", "_c"}, "_b": {"_c"}, "_c": set()}))


if __name__ == "__main__":
    unittest.main()
