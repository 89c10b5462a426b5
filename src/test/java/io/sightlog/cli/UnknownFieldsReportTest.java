package io.sightlog.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.text.BadLineException;
import io.sightlog.text.UnknownFields;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class UnknownFieldsReportTest {
    private final List<String> told = new ArrayList<>();
    private final UnknownFieldsReport report = new UnknownFieldsReport(false, told::add);

    @Test
    void namesOfOtherProgramsAreTranslated() throws BadLineException {
        report.met("bbox", UnknownFields.Owner.DETECTION);
        report.met("score", UnknownFields.Owner.DETECTION);
        report.met("timestamp", UnknownFields.Owner.EVENT);
        assertThat(told)
                .containsExactly(
                        "\"bbox\" is no field of a detection: its box is x, y, w, h: left, top, width and height in pixels;"
                                + " it is not kept",
                        "\"score\" is no field of a detection: that is \"confidence\", 0 to 1; it is not kept",
                        "\"timestamp\" is no field of an event: when it was captured is \"capturedNanos\" or"
                                + " \"capturedAt\"; it is not kept");
    }

    @Test
    void mistypedOnesAreNamedByWhatIsNearOnce() throws BadLineException {
        report.met("confidense", UnknownFields.Owner.DETECTION);
        report.met("confidense", UnknownFields.Owner.DETECTION);
        assertThat(told)
                .containsExactly("\"confidense\" is no field of a detection (near it: confidence); it is not kept");
    }

    @Test
    void strictRefusesTheLine() {
        assertThatThrownBy(() -> new UnknownFieldsReport(true, told::add).met("box", UnknownFields.Owner.DETECTION))
                .isInstanceOf(BadLineException.class)
                .hasMessageContaining("x, y, w, h");
    }
}
