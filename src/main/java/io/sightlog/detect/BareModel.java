package io.sightlog.detect;

import java.nio.file.Path;

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
        throw new ModelException("the model " + onnx + " has no card: " + CardModel.cardOf(onnx)
                + " is missing; write it as models/README.md says" + files);
    }
}
