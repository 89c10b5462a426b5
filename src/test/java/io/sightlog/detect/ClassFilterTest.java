package io.sightlog.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClassFilterTest {
    private static ModelCard card(String... labels) {
        return Cards.of("ssd", 10, 10, labels);
    }

    private static List<Integer> kept(ModelCard card, String... wanted) {
        ClassFilter filter = ClassFilter.of(List.of(wanted), card);
        return IntStream.range(0, card.labels().size())
                .filter(filter::keeps)
                .boxed()
                .toList();
    }

    @Test
    void aNumberIsALabelWhereOneIsCalledSoAndElseAClassId() {
        ModelCard digits = card("7", "3", "zero", "three", "3");
        assertThat(kept(digits, "3")).containsExactly(1, 4);
        assertThat(kept(digits, "2")).containsExactly(2);
        assertThat(kept(digits, "3", "0")).containsExactly(0, 1, 4);
        assertThat(ClassFilter.of(List.of("3", "2"), digits).text()).isEqualTo("3,zero");
        assertThatThrownBy(() -> ClassFilter.of(List.of("5"), digits)).hasMessageContaining("its ids are 0 to 4");
        assertThatThrownBy(() -> ClassFilter.of(List.of("-1"), digits)).hasMessageContaining("has no class -1");
    }

    @Test
    void labelsAreComparedWithoutCaseAndWithoutSpacesAround() {
        ModelCard animals = card("Dog", "Cat", "hot dog");
        assertThat(kept(animals, "dOG", " cat ")).containsExactly(0, 1);
        assertThat(kept(animals)).containsExactly(0, 1, 2);
        assertThat(ClassFilter.of(List.of(), animals).text()).isEmpty();
    }
}
