package io.sightlog.bridge;

import io.sightlog.event.Checkpoint;
import io.sightlog.event.Origin;

/** How far a bridge has come that finds that in its journal again. On the thread of its {@link Inbox}. */
public interface InboxProgress {
    /** Of messages that stand for nothing but the checkpoint. */
    String topic();

    /** Everything that was {@link #done} is behind it, and nothing else. */
    Checkpoint checkpoint();

    /** Whether it has to be written once more, although the journal's cycle has one. */
    boolean isDue();

    /** It was written into the journal. */
    void written();

    /** What came from there is in the journal, or was left out for good. */
    void done(Origin from);
}
