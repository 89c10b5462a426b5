package io.sightlog.detect;

import io.sightlog.detect.internal.decode.OutputDecoders;
import io.sightlog.detect.internal.engine.Engine;
import io.sightlog.detect.internal.engine.OnnxFile;
import io.sightlog.detect.internal.recognise.Recognised;
import io.sightlog.detect.internal.recognise.Recogniser;
import io.sightlog.detect.internal.recognise.Subject;
import io.sightlog.detect.internal.recognise.Subject.GivenLabels;
import io.sightlog.detect.internal.recognise.Subject.LabelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An ONNX file without a card: what it is, is seen when it is loaded. */
final class BareModel extends Model {
    private final Path onnx;
    private final ModelFiles files;

    BareModel(Path onnx, ModelFiles files) {
        super(nameOf(onnx), onnx.toAbsolutePath().toString(), null);
        this.onnx = onnx;
        this.files = files;
    }

    @Override
    LoadedModel load(DetectorOptions options) {
        byte[] bytes = bytes();
        OnnxFile file = OnnxFile.read(bytes, onnx.toString());
        Recogniser.refuse(file, onnx.toString());
        Subject subject = new Subject(
                onnx.toString(),
                name(),
                onnx.getFileName().toString(),
                CardModel.sha256(bytes),
                options.imgsz(),
                new Labels());
        Engine engine = new Engine(name() + " " + location(), bytes, Map.of(), options.engine());
        try {
            Recognised recognised = Recogniser.recognise(file, engine, subject);
            ModelCard card = recognised.card();
            return new LoadedModel(card, engine, OutputDecoders.of(card), recognised.recognition());
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    private byte[] bytes() {
        try {
            return Files.readAllBytes(onnx);
        } catch (IOException e) {
            throw new ModelException("cannot read the model " + onnx + ": " + e, e);
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
