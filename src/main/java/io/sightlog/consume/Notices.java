package io.sightlog.consume;

import io.sightlog.journal.IdleStrategy;
import io.sightlog.journal.Missed;
import java.util.List;

/** Told of what happens while events are read, on the thread that reads them. Nothing of it ends the reading. */
public interface Notices {
    /** There is no journal yet: it waits until somebody makes one. */
    void waitsForProducer();

    /** A beginning was asked for, but this consumer goes on where it stopped. */
    void goesOnWhereItStopped(String consumer);

    /** It waits otherwise than it was asked to, as that cannot be had here. Once. */
    void waitsOtherwise(IdleStrategy.Mode asked, IdleStrategy.Mode instead);

    /** Something cannot be read, and is passed over; it was counted. */
    void damage(String what);

    /** Events were deleted before they were read here. Once each. */
    void missed(Missed missed);

    /** Labels were selected, and a label set that events refer to cannot be had: none of them matches. Once each; it was counted. */
    void labelSetCannotMatch(long hash);

    /** Classes that were selected and that no label set met so far has; also class ids that no event had. */
    void unmet(List<String> classes);

    /** A range was asked for, and no event lies in it. */
    void nothingInRange();
}
