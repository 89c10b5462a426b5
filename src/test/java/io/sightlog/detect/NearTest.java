package io.sightlog.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearTest {
    @Test
    void countsEdits() {
        assertThat(Near.edits("", "abc")).isEqualTo(3);
        assertThat(Near.edits("kitten", "sitting")).isEqualTo(3);
        assertThat(Near.edits("dog", "dog")).isZero();
    }

    @Test
    void findsTyposAndPartsOfNamesBestFirst() {
        List<String> names = List.of("Coffee cup", "Cat", "Car", "Mug", "Cattle");
        assertThat(Near.nearest("cup", names)).startsWith("Coffee cup");
        assertThat(Near.nearest("cra", List.of("Crab", "Mug"))).containsExactly("Crab");
        assertThat(Near.nearest("mgu", names)).containsExactly("Mug");
        assertThat(Near.nearest("xyz", names)).isEmpty();
        assertThat(Near.nearest("catle", names)).startsWith("Cattle");
    }
}
