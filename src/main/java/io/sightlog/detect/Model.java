package io.sightlog.detect;

import io.sightlog.event.Digest;
import io.sightlog.event.Utf8;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/**
 * A model that can be loaded: its card, and where its bytes are.
 *
 * @param card what is known about it
 * @param location path of the ONNX file, or {@code (bundled)}
 * @param content opens the ONNX file
 */
public record Model(ModelCard card, String location, Content content) {
    /** The models that come with the program, the default first. Their files are named after them. */
    private static final List<String> BUNDLED = List.of("ssd_mobilenetv2_oidv4", "mb3-centernet");

    private static final String RESOURCES = "/io/sightlog/models/";
    private static final long MAX_CARD_BYTES = 1 << 20;

    /** Opens the bytes of a model. */
    @FunctionalInterface
    public interface Content {
        InputStream open() throws IOException;
    }

    /** The models that come with the program, the default first. */
    public static List<Model> bundled() {
        return BUNDLED.stream().map(Model::bundled).toList();
    }

    /** The model that is used when none is named. */
    public static Model byDefault() {
        return bundled(BUNDLED.get(0));
    }

    /**
     * A bundled model by its name, or any by the path of its ONNX file, which needs a card of the same name beside it:
     * {@code FILE.onnx} and {@code FILE.yaml}.
     *
     * @throws IllegalArgumentException when there is no bundled model of that name
     * @throws ModelException when the file or its card is missing or wrong
     */
    public static Model find(String nameOrFile) {
        if (BUNDLED.contains(nameOrFile)) {
            return bundled(nameOrFile);
        }
        if (nameOrFile.endsWith(".onnx")) {
            return beside(Path.of(nameOrFile));
        }
        throw new IllegalArgumentException("no model is called " + nameOrFile + "; " + Near.hint(nameOrFile, BUNDLED)
                + ", or the path of a FILE.onnx with its card FILE.yaml beside it");
    }

    private static Model bundled(String name) {
        String file = name + ".onnx";
        String where = RESOURCES + name + ".yaml";
        try (InputStream in = resource(where)) {
            String yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return checked(CardReader.read(yaml, where), where, file, "(bundled)", () -> resource(RESOURCES + file));
        } catch (IOException e) {
            throw new UncheckedIOException("reading the bundled model card " + where, e);
        }
    }

    private static InputStream resource(String path) throws IOException {
        InputStream in = Model.class.getResourceAsStream(path);
        if (in == null) {
            throw new IOException(path + " is missing from this program; build it again");
        }
        return in;
    }

    private static Model beside(Path onnx) {
        if (!Files.isRegularFile(onnx)) {
            throw new ModelException("no such model file: " + onnx + "; bundled models are " + BUNDLED);
        }
        String file = onnx.getFileName().toString();
        String cardName = file.substring(0, file.length() - ".onnx".length()) + ".yaml";
        Path card = onnx.resolveSibling(cardName);
        if (!Files.isRegularFile(card)) {
            throw new ModelException(
                    "the model " + onnx + " has no card: " + card + " is missing; write it as models/README.md says");
        }
        try {
            if (Files.size(card) > MAX_CARD_BYTES) {
                throw new ModelException("the model card " + card + " has " + Files.size(card)
                        + " bytes; a card has at most " + MAX_CARD_BYTES);
            }
            String yaml = Utf8.decode(Files.readAllBytes(card));
            Path absolute = onnx.toAbsolutePath();
            return checked(
                    CardReader.read(yaml, card.toString()),
                    card.toString(),
                    file,
                    absolute.toString(),
                    () -> Files.newInputStream(absolute));
        } catch (IOException | IllegalArgumentException e) {
            throw new ModelException("cannot read the model card " + card + ": " + e.getMessage(), e);
        }
    }

    private static Model checked(ModelCard card, String where, String file, String location, Content content) {
        if (!card.file().equals(file)) {
            throw new ModelException(
                    "reading the model card " + where + ": file is " + card.file() + "; wanted: " + file);
        }
        return new Model(card, location, content);
    }

    /**
     * The ONNX file, read whole.
     *
     * @throws ModelException when it cannot be read, or its SHA-256 is not its card's
     */
    byte[] load() {
        byte[] bytes;
        try (InputStream in = content.open()) {
            bytes = in.readAllBytes();
        } catch (IOException e) {
            throw new ModelException("cannot read the model " + card.name() + " " + location + ": " + e, e);
        }
        String sha256 = HexFormat.of().formatHex(Digest.sha256().digest(bytes));
        if (!sha256.equals(card.sha256())) {
            throw new ModelException("the model " + card.name() + " " + location + " has SHA-256 " + sha256
                    + ", its card says " + card.sha256() + "; get the file again, or correct the card");
        }
        return bytes;
    }
}
