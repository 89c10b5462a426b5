package io.sightlog.cli;

import io.sightlog.detect.Model;
import io.sightlog.shm.CocoClasses;
import java.util.Objects;

/** The classes of COCO, out of the card of a bundled model that knows them. */
final class Coco {
    private static final String MODEL = "mb3-centernet";

    private Coco() {}

    static CocoClasses classes() {
        return new CocoClasses(Objects.requireNonNull(Model.find(MODEL).card()).labels());
    }
}
