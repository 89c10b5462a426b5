package io.sightlog.detect;

import io.sightlog.detect.internal.decode.OutputDecoders;
import io.sightlog.detect.internal.engine.Engine;
import io.sightlog.detect.internal.engine.OnnxFile;
import io.sightlog.detect.internal.recognise.Recognised;
import io.sightlog.detect.internal.recognise.Recogniser;
import io.sightlog.detect.internal.recognise.Subject;
import io.sightlog.detect.internal.recognise.Subject.GivenLabels;
import io.sightlog.detect.internal.recognise.Subject.LabelFiles;
import io.sightlog.event.Utf8;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** An ONNX file without a card: what it is, is seen when it is loaded. */
final class BareModel extends Model {
    private static final int MAX_NEIGHBOUR_BYTES = 1 << 20;

    private final Path onnx;
    private final ModelFiles files;

    BareModel(Path onnx, ModelFiles files) {
        super(nameOf(onnx), onnx.toAbsolutePath().toString(), null);
        this.onnx = onnx;
        this.files = files;
    }

    @Override
    public Path cardFile() {
        return CardModel.cardOf(onnx);
    }

    @Override
    LoadedModel load(DetectorOptions options) {
        byte[] bytes = OnnxBytes.read(onnx);
        OnnxFile file = OnnxFile.read(bytes, onnx.toString());
        Recogniser.refuse(file, onnx.toString());
        Subject subject = new Subject(
                onnx.toString(),
                name(),
                onnx.getFileName().toString(),
                CardModel.sha256(bytes),
                options.imgsz(),
                new Labels(),
                this::neighbour);
        Path folder = OnnxBytes.folder(onnx, file);
        Engine engine = new Engine(
                name() + " " + location(), bytes, Map.of(), options.engine().withFolder(folder));
        try {
            Recognised recognised = Recogniser.recognise(file, engine, subject);
            ModelCard card = recognised.card();
            if (!recognised.unknown().isEmpty()) {
                throw ModelException.withCard(
                        "the model " + onnx + " is " + recognised.family() + ", but its file does not say "
                                + String.join(
                                        ", ", new TreeSet<>(recognised.unknown().keySet()))
                                + "; complete the card that follows, and write it as " + CardModel.cardOf(onnx),
                        CardWriter.template(card, recognised.unknown()));
            }
            return new LoadedModel(card, engine, OutputDecoders.of(card), recognised.recognition());
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    /** Exporters of Hugging Face put models into a folder {@code onnx} of their own. */
    private @Nullable String neighbour(String name) {
        Path file = onnx.toAbsolutePath().resolveSibling(name);
        Path folder = file.getParent();
        if (!Files.isRegularFile(file) && folder != null && folder.endsWith("onnx")) {
            file = folder.resolveSibling(name);
        }
        if (!Files.isRegularFile(file)) {
            return null;
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_NEIGHBOUR_BYTES + 1);
            if (bytes.length > MAX_NEIGHBOUR_BYTES) {
                throw new ModelException("the file " + file + " beside the model has more than " + MAX_NEIGHBOUR_BYTES
                        + " bytes; a card beside the model makes it needless");
            }
            return Utf8.decode(bytes);
        } catch (IOException | IllegalArgumentException e) {
            throw new ModelException("cannot read the file " + file + " beside the model: " + e.getMessage(), e);
        }
    }

    /** Labels that were named, and those beside the model. */
    private final class Labels implements LabelFiles {
        @Override
        public @Nullable GivenLabels asked() {
            Path asked = files.labels();
            return asked == null ? null : new GivenLabels(LabelFile.read(asked), asked.toString());
        }

        @Override
        public @Nullable GivenLabels beside(int classes) {
            return LabelFile.beside(onnx, classes)
                    .map(found -> new GivenLabels(found.labels(), found.why()))
                    .orElse(null);
        }
    }
}
