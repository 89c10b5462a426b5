package io.sightlog.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SequenceLedgerTest {
    private final List<String> told = new ArrayList<>();
    private final SequenceLedger ledger = new SequenceLedger((what, from, to, firstAt, lastAt) ->
            told.add(what + " " + from + "-" + to + " at " + firstAt.index() + "-" + lastAt.index()));

    private List<String> after(long... numbers) {
        for (int i = 0; i < numbers.length; i++) {
            ledger.saw(numbers[i], 100 + i, 0);
        }
        ledger.end();
        return told;
    }

    @Test
    void numbersInOrderAreNotWorthAWord() {
        assertThat(after(5, 6, 7, 8)).isEmpty();
    }

    @Test
    void lostNumbersAreToldAsRangesWithWhatCameInTheirPlace() {
        assertThat(after(0, 1, 5, 6, 9)).containsExactly("LOST 2-4 at 102-102", "LOST 7-8 at 104-104");
    }

    @Test
    void repeatedNumbersAreToldAsOneRange() {
        assertThat(after(0, 1, 2, 0, 1, 3)).containsExactly("REPEATED 0-1 at 103-104");
    }

    @Test
    void numbersThatComeLaterAreNotLost() {
        assertThat(after(0, 1, 5, 2, 3, 4, 6)).containsExactly("REORDERED 2-4 at 103-105");
    }

    @Test
    void numbersBelowTheFirstAreOutOfOrderAndMissingBetween() {
        assertThat(after(10, 11, 3, 12)).containsExactly("REORDERED 3-3 at 102-102", "LOST 4-9 at 102-102");
    }

    @Test
    void moreGapsThanAreKeptAreToldOldestFirst() {
        int gaps = SequenceLedger.MOST_OPEN + 10;
        for (int i = 0; i < gaps; i++) {
            ledger.saw(2L * i, i, 0);
        }
        assertThat(told).hasSize(9).first().isEqualTo("LOST 1-1 at 1-1");
        ledger.end();
        assertThat(told).hasSize(gaps - 1).doesNotHaveDuplicates();
    }
}
