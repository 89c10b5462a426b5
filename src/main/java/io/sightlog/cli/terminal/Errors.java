package io.sightlog.cli.terminal;

import io.sightlog.natives.NativesException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What errors of the virtual machine mean to people, each in one line. */
final class Errors {
    private Errors() {}

    static String message(Error e) {
        Throwable root = root(e);
        if (root instanceof NativesException) {
            return String.valueOf(root.getMessage());
        }
        if (root instanceof OutOfMemoryError) {
            return "out of memory (" + root.getMessage()
                    + "): give it more, e.g. by SIGHTLOG_OPTS=-Xmx512m, or allow more threads";
        }
        if (root instanceof StackOverflowError) {
            return "something is nested too deeply";
        }
        if (!canOpenFiles() || String.valueOf(root.getMessage()).contains("Too many open files")) {
            return "too few files may be open at once: allow more, e.g. by ulimit -n 1024 (" + shown(root) + ")";
        }
        if (root instanceof UnsatisfiedLinkError) {
            return "native code cannot be loaded: " + root.getMessage();
        }
        if (e instanceof LinkageError) {
            return "a part of this program cannot be loaded; build it again when that stays (" + shown(root) + ")";
        }
        if (String.valueOf(e.getMessage()).contains("unsafe memory access")) {
            return "a file that is mapped could not be read or written: its device has failed or is full, or it was cut";
        }
        return shown(root);
    }

    private static Throwable root(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null && !(root instanceof NativesException)) {
            root = root.getCause();
        }
        return root;
    }

    private static String shown(Throwable e) {
        return e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
    }

    /** As the loading of a class does, which does not say when it could not. */
    private static boolean canOpenFiles() {
        try {
            String classPath = System.getProperty("java.class.path", "");
            int end = classPath.indexOf(File.pathSeparatorChar);
            Files.newInputStream(Path.of(end < 0 ? classPath : classPath.substring(0, end)))
                    .close();
            return true;
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }
}
