package io.sightlog.journal;

import io.sightlog.inspect.Verification;
import io.sightlog.journal.audit.Recovery;
import java.nio.file.Path;

/** Recovers, as the verb does. */
public final class Recoveries {
    private Recoveries() {}

    /** @return what can be asked how much it was */
    public static Recovery recover(Journal damaged, Roll roll, Path into) {
        Recovery[] recovery = new Recovery[1];
        Verification verification = new Verification(
                damaged, finding -> {}, bytes -> {}, (event, placed) -> recovery[0].copy(event, placed));
        try (Recovery open = new Recovery(damaged, roll, into)) {
            recovery[0] = open;
            verification.run();
            open.finish(verification.losses(), verification.wrongRanges(), verification.missingLabelSets());
            return open;
        }
    }
}
