package io.sightlog.detect;

import io.sightlog.event.LabelSet;
import io.sightlog.event.Utf8;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Files that say what class ids mean: one label a line in UTF-8 ({@code .names}, {@code .txt}), or Darknet's {@code .data}, whose
 * {@code names = PATH} leads to one, seen from its own folder or from the working folder.
 */
final class LabelFile {
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_LABEL_CHARS = 200;

    /** Darknet's own names for what is not called as the model is. */
    private static final List<String> COMMON = List.of("coco.names", "obj.names");

    private LabelFile() {}

    /**
     * Labels, and how they were found.
     *
     * @param file that has them
     * @param labels that of class 0 first, at least one
     * @param why for people, as in {@code coco.names lies beside the model, and has as many}
     */
    record Found(Path file, List<String> labels, String why) {
        Found {
            labels = List.copyOf(labels);
        }
    }

    /** @throws ModelException when it cannot be read, has no labels, or a line is no label; the message names the line */
    static List<String> read(Path file) {
        return read(file, true);
    }

    /**
     * As {@link #read(Path)}, for a model with a known number of classes.
     *
     * @throws ModelException likewise, and when it has another number of labels
     */
    static List<String> read(Path file, int classes) {
        List<String> labels = read(file);
        if (labels.size() != classes) {
            throw new ModelException("the file " + file + " has " + count(labels.size(), "label") + ", the model has "
                    + count(classes, "class") + "; give the model's own with --labels FILE, a label a line");
        }
        return labels;
    }

    /**
     * What lies beside a model: a file of its name that ends with {@code .names}, {@code .txt} or {@code .data}, else
     * {@code coco.names} or {@code obj.names} when exactly one of them has as many labels as the model has classes.
     *
     * @param model the model's file
     * @param classes how many it has, or 0 when that is not known: then any number of labels will do
     * @throws ModelException when the file of the model's name cannot be read, or has another number of labels
     */
    static Optional<Found> beside(Path model, int classes) {
        String name = model.getFileName().toString();
        String stem = name.substring(0, name.lastIndexOf('.') < 0 ? name.length() : name.lastIndexOf('.'));
        for (String ending : List.of(".names", ".txt", ".data")) {
            Path own = model.resolveSibling(stem + ending);
            if (Files.isRegularFile(own)) {
                List<String> labels = classes == 0 ? read(own) : read(own, classes);
                return Optional.of(new Found(own, labels, own.getFileName() + " beside the model"));
            }
        }
        List<Found> common = new ArrayList<>();
        for (String other : COMMON) {
            Path file = model.resolveSibling(other);
            if (Files.isRegularFile(file)) {
                List<String> labels = read(file);
                if (labels.size() == classes) {
                    common.add(new Found(file, labels, other + " beside the model, which has as many"));
                }
            }
        }
        return common.size() == 1 ? Optional.of(common.get(0)) : Optional.empty();
    }

    /** What classes are called whose labels nobody knows: {@code class 0}, {@code class 1}, ... */
    static List<String> numbered(int classes) {
        return IntStream.range(0, classes).mapToObj(id -> "class " + id).toList();
    }

    private static List<String> read(Path file, boolean mayNameAnother) {
        List<String> lines = lines(file);
        if (file.toString().toLowerCase(Locale.ROOT).endsWith(".data")) {
            if (!mayNameAnother) {
                throw new ModelException("cannot read the labels " + file + ": one .data file leads to another");
            }
            return read(named(file, lines), false);
        }
        int count = lines.size();
        while (count > 0 && lines.get(count - 1).isBlank()) {
            count--;
        }
        if (count == 0) {
            throw new ModelException("the file " + file + " has no labels; wanted: one a line");
        }
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            labels.add(label(file, i + 1, lines.get(i).strip()));
        }
        return labels;
    }

    private static String label(Path file, int line, String label) {
        String wrong = label.isEmpty()
                ? "empty"
                : label.length() > MAX_LABEL_CHARS
                        ? "longer than " + MAX_LABEL_CHARS + " characters"
                        : label.chars().anyMatch(Character::isISOControl) ? "no plain text" : "";
        if (!wrong.isEmpty()) {
            throw new ModelException(
                    "the file " + file + ": line " + line + " is " + wrong + "; wanted: one label a line");
        }
        if (line > LabelSet.MAX_CLASS_ID) {
            throw new ModelException("the file " + file + " has more than " + LabelSet.MAX_CLASS_ID + " labels");
        }
        return label;
    }

    /** The file that a {@code .data} names. Spaces and tabs mean nothing in one, as Darknet reads it. */
    private static Path named(Path data, List<String> lines) {
        for (String line : lines) {
            String plain = line.replaceAll("[ \t]", "");
            String path = plain.startsWith("names=")
                    ? plain.substring("names=".length())
                    : plain.startsWith("labels=") ? plain.substring("labels=".length()) : "";
            if (!path.isEmpty()) {
                try {
                    Path beside = data.toAbsolutePath().resolveSibling(path);
                    return Files.isRegularFile(beside) ? beside : Path.of(path);
                } catch (InvalidPathException e) {
                    throw new ModelException("the file " + data + ": names is " + path + ", which is no path", e);
                }
            }
        }
        throw new ModelException("the file " + data + " has no line names = FILE, which says where the labels are");
    }

    private static List<String> lines(Path file) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (IOException e) {
            throw new ModelException("cannot read the labels " + file + ": " + e, e);
        }
        if (bytes.length > MAX_BYTES) {
            throw new ModelException(
                    "the file " + file + " has more than " + MAX_BYTES + " bytes; wanted: one label a line");
        }
        String text;
        try {
            text = Utf8.decode(bytes);
        } catch (IllegalArgumentException e) {
            throw new ModelException("cannot read the labels " + file + ": " + e.getMessage(), e);
        }
        return (text.startsWith("\ufeff") ? text.substring(1) : text).lines().toList();
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : what.endsWith("s") ? "es" : "s");
    }
}
