package io.sightlog.detect;

import java.nio.file.Path;

/** Darknet's cfg and weights. */
final class DarknetModel extends Model {
    private final ModelFiles files;

    DarknetModel(Path file, ModelFiles files) {
        super(nameOf(file), file.toAbsolutePath().toString(), null);
        this.files = files;
    }

    @Override
    LoadedModel load(DetectorOptions options) {
        throw new ModelException("cannot load " + location() + files);
    }
}
