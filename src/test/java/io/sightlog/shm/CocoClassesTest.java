package io.sightlog.shm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.detect.Model;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class CocoClassesTest {
    private final CocoClasses classes =
            new CocoClasses(Model.find("mb3-centernet").card().labels());

    @Test
    void knowsTheNumbersThatOldProgramsKnow() {
        assertThat(classes.labels()).hasSize(80);
        assertThat(classes.idOf("person")).isEqualTo(0);
        assertThat(classes.idOf("DOG")).isEqualTo(16);
        assertThat(classes.idOf("Traffic light")).isEqualTo(9);
        assertThat(classes.idOf("toothbrush")).isEqualTo(79);
        assertThat(classes.idOf("16")).isEqualTo(-1);
        assertThat(classes.idOf("Coffee cup")).isEqualTo(-1);
    }

    @Test
    void knowsBothNamesOfWhatHasTwo() {
        assertThat(List.of("motorcycle", "airplane", "couch", "potted plant", "dining table", "tv"))
                .extracting(classes::idOf)
                .containsExactly(3, 4, 57, 58, 60, 62);
    }

    @Test
    void takesNamesAndNumbersAndRefusesOthers() {
        BitSet wanted = classes.idsOf(List.of("Dog", " 99"));
        assertThat(wanted.stream()).containsExactly(16, 99);
        assertThatThrownBy(() -> classes.idsOf(List.of("dgo")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"dgo\"");
    }
}
