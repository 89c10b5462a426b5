package io.sightlog.serve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers together take no more memory than they are allowed. */
@Timeout(30)
class RoomTest {
    private static final long BYTES = 1 << 20;

    @Test
    void whatIsNotThereIsRefusedWithWhatToTry() throws Refusal {
        Room room = new Room(BYTES, 1);
        try (Room.Part part = room.take(BYTES / 2 + 1)) {
            assertThatThrownBy(() -> room.take(BYTES / 2))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("ask again")
                    .extracting(refusal -> ((Refusal) refusal).status())
                    .isEqualTo(503);
            part.keep(1);
            room.take(BYTES / 2).close();
        }
        room.take(BYTES).close();
        room.take(BYTES).close();
    }

    @Test
    void whatIsLargerThanAllOfItTakesAllOfIt() throws Refusal {
        Room room = new Room(BYTES, 1);
        try (Room.Part part = room.take(Long.MAX_VALUE / 2)) {
            assertThatThrownBy(() -> room.take(1)).isInstanceOf(Refusal.class);
            part.keep(Long.MAX_VALUE / 2);
            assertThatThrownBy(() -> room.take(1)).isInstanceOf(Refusal.class);
        }
        room.take(1).close();
    }

    @Test
    void whoWaitsGetsWhatAnotherGivesBack() throws Exception {
        Room room = new Room(BYTES, TimeUnit.SECONDS.toMillis(20));
        Room.Part first = room.take(BYTES);
        CompletableFuture<Boolean> second = CompletableFuture.supplyAsync(() -> {
            try (Room.Part part = room.take(BYTES)) {
                return true;
            } catch (Refusal e) {
                return false;
            }
        });
        first.close();
        assertThat(second.get(20, TimeUnit.SECONDS)).isTrue();
    }
}
