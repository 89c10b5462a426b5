package io.sightlog.detect;

import io.sightlog.detect.internal.decode.OutputDecoders;
import io.sightlog.detect.internal.engine.Engine;
import io.sightlog.detect.internal.engine.OnnxFile;
import io.sightlog.detect.internal.recognise.Recogniser;
import io.sightlog.event.Digest;
import io.sightlog.event.Utf8;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An ONNX file with a card. */
final class CardModel extends Model {
    private static final long MAX_CARD_BYTES = 1 << 20;

    private final ModelCard known;
    private final Content content;
    /** Null when it is bundled. */
    private final @Nullable Path onnx;

    /** Reads the bytes of a model. */
    @FunctionalInterface
    interface Content {
        byte[] read() throws IOException;
    }

    private CardModel(ModelCard card, String location, @Nullable Path onnx, Content content) {
        super(card.name(), location, card);
        this.known = card;
        this.onnx = onnx;
        this.content = content;
    }

    /** The card that belongs to an ONNX file, whether it is there or not. */
    static Path cardOf(Path onnx) {
        return onnx.resolveSibling(nameOf(onnx) + ".yaml");
    }

    /** @throws ModelException when the card or the file with the labels is wrong */
    static CardModel beside(Path onnx, Path yaml, ModelFiles files) {
        ModelCard card;
        try {
            if (Files.size(yaml) > MAX_CARD_BYTES) {
                throw new ModelException("the model card " + yaml + " has " + Files.size(yaml)
                        + " bytes; a card has at most " + MAX_CARD_BYTES);
            }
            card = CardReader.read(Utf8.decode(Files.readAllBytes(yaml)), yaml.toString());
        } catch (IOException | IllegalArgumentException e) {
            throw new ModelException("cannot read the model card " + yaml + ": " + e.getMessage(), e);
        }
        requireFile(card, yaml.toString(), onnx.getFileName().toString());
        Path absolute = onnx.toAbsolutePath();
        CardModel model = new CardModel(card, absolute.toString(), absolute, () -> OnnxBytes.read(absolute));
        return files.labels() == null ? model : model.withLabels(files.labels());
    }

    /** One that comes with the program. */
    static CardModel bundled(ModelCard card, String where, String file, Content content) {
        requireFile(card, where, file);
        return new CardModel(card, "(bundled)", null, content);
    }

    private static void requireFile(ModelCard card, String where, String file) {
        if (!card.file().equals(file)) {
            throw new ModelException(
                    "reading the model card " + where + ": file is " + card.file() + "; wanted: " + file);
        }
    }

    CardModel withLabels(Path file) {
        return new CardModel(
                known.withLabels(LabelFile.read(file, known.labels().size())), location(), onnx, content);
    }

    @Override
    public @Nullable Path cardFile() {
        return onnx == null ? null : cardOf(onnx);
    }

    @Override
    LoadedModel load(DetectorOptions options) {
        byte[] bytes = bytes();
        ModelCard card = known.sha256().isEmpty() ? known.withSha256(sha256(bytes)) : known;
        if (options.imgsz() != null) {
            card = card.withInput(card.input()
                    .withSize(options.imgsz().width(), options.imgsz().height()));
        }
        Path folder = null;
        if (onnx != null) {
            OnnxFile file = OnnxFile.read(bytes, onnx.toString());
            Recogniser.refuseOperators(file, onnx.toString());
            folder = OnnxBytes.folder(onnx, file);
        }
        Engine engine = new Engine(
                name() + " " + location(), bytes, Map.of(), options.engine().withFolder(folder));
        try {
            if (options.imgsz() != null) {
                requireOpen(card.input(), engine.inputs());
            }
            return new LoadedModel(card, engine, OutputDecoders.of(card), Recognition.BY_CARD);
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    /** That the model takes the size that was asked for. */
    private void requireOpen(Input input, List<Engine.Port> ports) {
        List<Integer> wanted = input.layout() == Input.Layout.NCHW
                ? List.of(1, Input.CHANNELS, input.height(), input.width())
                : List.of(1, input.height(), input.width(), Input.CHANNELS);
        for (Engine.Port port : ports) {
            List<Long> shape = port.shape();
            if (port.name().equals(input.name()) && shape.size() == wanted.size()) {
                for (int i = 0; i < shape.size(); i++) {
                    if (shape.get(i) > 0 && shape.get(i).longValue() != wanted.get(i)) {
                        throw new ModelException("imgsz is " + input.width() + "x" + input.height() + ", but the model "
                                + name() + " takes " + port + " only; leave imgsz out");
                    }
                }
            }
        }
    }

    /**
     * The ONNX file, read whole.
     *
     * @throws ModelException when it cannot be read, or its SHA-256 is not its card's
     */
    byte[] bytes() {
        byte[] bytes;
        try {
            bytes = content.read();
        } catch (IOException e) {
            throw new ModelException("cannot read the model " + name() + " " + location() + ": " + e, e);
        }
        String sha256 = sha256(bytes);
        if (!known.sha256().isEmpty() && !sha256.equals(known.sha256())) {
            throw new ModelException("the model " + name() + " " + location() + " has SHA-256 " + sha256
                    + ", its card says " + known.sha256() + "; get the file again, or correct the card");
        }
        return bytes;
    }

    static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(Digest.sha256().digest(bytes));
    }
}
