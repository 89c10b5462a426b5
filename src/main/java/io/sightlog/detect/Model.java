package io.sightlog.detect;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A model that can be loaded. Immutable; any thread may use it. */
public abstract sealed class Model permits CardModel, BareModel, DarknetModel {
    /** The models that come with the program, the default first. Their files are named after them. */
    private static final List<String> BUNDLED = List.of("ssd_mobilenetv2_oidv4", "mb3-centernet");

    private static final String RESOURCES = "/io/sightlog/models/";

    private final String name;
    private final String location;
    private final @Nullable ModelCard card;

    Model(String name, String location, @Nullable ModelCard card) {
        this.name = name;
        this.location = location;
        this.card = card;
    }

    /** The models that come with the program, the default first. */
    public static List<Model> bundled() {
        return BUNDLED.stream().map(Model::bundled).toList();
    }

    /** The model that is used when none is named. */
    public static Model byDefault() {
        return bundled(BUNDLED.get(0));
    }

    /** As {@link #find(String, ModelFiles)}, with what lies beside the file. */
    public static Model find(String nameOrFile) {
        return find(nameOrFile, ModelFiles.BESIDE);
    }

    /**
     * A bundled model by its name, or any by the path of its file: {@code FILE.onnx}, whose card is {@code FILE.yaml} beside it if
     * there is one, or Darknet's {@code FILE.cfg} or {@code FILE.weights}.
     *
     * @throws IllegalArgumentException when there is no bundled model of that name, or it is a file of another program, or {@code
     *     files} are none of its kind
     * @throws ModelException when the file, or one that it needs, is missing or wrong
     */
    public static Model find(String nameOrFile, ModelFiles files) {
        String lower = nameOrFile.toLowerCase(Locale.ROOT);
        boolean isDarknet = lower.endsWith(".cfg") || lower.endsWith(".weights");
        if (files.weights() != null && !isDarknet) {
            throw new IllegalArgumentException("weights " + files.weights() + " are given beside the model "
                    + nameOrFile + ", which has its own; they are for Darknet's FILE.cfg");
        }
        if (BUNDLED.contains(nameOrFile)) {
            Model bundled = bundled(nameOrFile);
            return files.labels() == null ? bundled : ((CardModel) bundled).withLabels(files.labels());
        }
        if (lower.endsWith(".onnx")) {
            Path onnx = Path.of(nameOrFile);
            requireFile(onnx);
            Path yaml = CardModel.cardOf(onnx);
            return Files.exists(yaml) ? CardModel.beside(onnx, yaml, files) : new BareModel(onnx, files);
        }
        if (isDarknet) {
            Path file = Path.of(nameOrFile);
            requireFile(file);
            return new DarknetModel(file, files);
        }
        String problem = OtherFiles.problem(nameOrFile);
        if (problem != null) {
            throw new IllegalArgumentException(problem);
        }
        throw new IllegalArgumentException("no model is called " + nameOrFile + "; " + Near.hint(nameOrFile, BUNDLED)
                + ", or the path of a FILE.onnx, or of Darknet's FILE.cfg or FILE.weights");
    }

    private static void requireFile(Path file) {
        if (Files.isDirectory(file)) {
            throw new ModelException("the model " + file + " is a folder; wanted: a file");
        }
        if (!Files.isRegularFile(file)) {
            throw new ModelException("no such model file: " + file + "; bundled models are " + BUNDLED);
        }
    }

    private static Model bundled(String name) {
        String file = name + ".onnx";
        String where = RESOURCES + name + ".yaml";
        try (InputStream in = resource(where)) {
            ModelCard card = CardReader.read(new String(in.readAllBytes(), StandardCharsets.UTF_8), where);
            return CardModel.bundled(card, where, file, () -> content(RESOURCES + file));
        } catch (IOException e) {
            throw new UncheckedIOException("reading the bundled model card " + where, e);
        }
    }

    private static byte[] content(String path) throws IOException {
        try (InputStream in = resource(path)) {
            return in.readAllBytes();
        }
    }

    private static InputStream resource(String path) throws IOException {
        InputStream in = Model.class.getResourceAsStream(path);
        if (in == null) {
            throw new IOException(path + " is missing from this program; build it again");
        }
        return in;
    }

    /** How people call it: as its card says, or its file's name without the ending. */
    public final String name() {
        return name;
    }

    /** Path of its file, or {@code (bundled)}. */
    public final String location() {
        return location;
    }

    /** What is known about it before it is loaded: its card, or null when it has none. */
    public final @Nullable ModelCard card() {
        return card;
    }

    /**
     * Where its card is, or belongs; null for a model that comes with the program, and for Darknet's, which have none.
     */
    public @Nullable Path cardFile() {
        return null;
    }

    /** @throws ModelException when it cannot be loaded, or is not what its card says */
    abstract LoadedModel load(DetectorOptions options);

    /** A file's name without its ending. */
    static String nameOf(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.lastIndexOf('.'));
    }
}
