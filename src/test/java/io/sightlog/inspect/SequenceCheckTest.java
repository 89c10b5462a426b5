package io.sightlog.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SequenceCheckTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void findsWhatIsMissingRepeatedAndOutOfOrder(long seed) {
        Random random = new Random(seed);
        List<Long> came = new ArrayList<>();
        for (long i = 0; i < 500; i++) {
            if (random.nextInt(10) > 0) {
                came.add(i);
            }
        }
        TreeSet<Long> there = new TreeSet<>(came);
        int swaps = random.nextInt(20);
        for (int i = 0; i < swaps; i++) {
            Collections.swap(came, random.nextInt(came.size()), random.nextInt(came.size()));
        }
        int repeats = random.nextInt(20);
        for (int i = 0; i < repeats; i++) {
            came.add(came.get(random.nextInt(came.size())));
        }
        SequenceCheck check = new SequenceCheck();
        came.forEach(check::saw);

        TreeSet<Long> missing = new TreeSet<>();
        check.missing().forEach(range -> {
            for (long i = range.first(); i <= range.last(); i++) {
                missing.add(i);
            }
        });
        TreeSet<Long> expected = new TreeSet<>();
        for (long i = there.first(); i <= there.last(); i++) {
            if (!there.contains(i)) {
                expected.add(i);
            }
        }
        assertThat(missing).as("seed %s", seed).isEqualTo(expected);
        assertThat(check.repeated()).isEqualTo(repeats);
        assertThat(check.events()).isEqualTo(came.size());
        assertThat(check.first()).isEqualTo(there.first());
        assertThat(check.last()).isEqualTo(there.last());
        assertThat(check.reordered() > 0).isEqualTo(!inOrder(came.subList(0, came.size() - repeats)));
    }

    private static boolean inOrder(List<Long> numbers) {
        for (int i = 1; i < numbers.size(); i++) {
            if (numbers.get(i) < numbers.get(i - 1)) {
                return false;
            }
        }
        return true;
    }
}
