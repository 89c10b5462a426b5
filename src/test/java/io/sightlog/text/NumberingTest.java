package io.sightlog.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.Event;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;

/** What lines without a label set come to mean. */
class NumberingTest {
    private final Lines journal = new Lines(3);
    private final EventLines lines = new EventLines(journal, journal, () -> 1, UnknownFields.IGNORED);

    @Test
    void gathersLabelsInOneGrowingSet() throws Exception {
        assertThat(append("{'detections':[{'label':'cat'},{'label':'dog'},{'label':'cat'}]}"))
                .isEqualTo("append 0=cat 1=dog 0=cat");
        assertThat(append("{'detections':[{'label':'dog'}]}")).isEqualTo("append 1=dog");
        assertThat(journal.catalogue).hasSize(1);
        assertThat(append("{'detections':[{'label':'horse'},{'label':'dog'}]}")).isEqualTo("append 2=horse 1=dog");
        assertThat(journal.catalogue).hasSize(2);
    }

    @Test
    void gathersForEachModelOfItsOwn() throws Exception {
        assertThat(append("{'model':'a','detections':[{'label':'cat'}]}")).isEqualTo("a 0=cat");
        assertThat(append("{'model':'b','detections':[{'label':'dog'}]}")).isEqualTo("b 0=dog");
        assertThat(append("{'model':'a','detections':[{'label':'dog'}]}")).isEqualTo("a 1=dog");
    }

    @Test
    void keepsIdsThatAreGiven() throws Exception {
        assertThat(append("{'detections':[{'classId':0,'label':'dog'},{'label':'cat'},{'classId':7,'label':'cat'}]}"))
                .isEqualTo("append 0=dog 7=cat 7=cat");
        assertThat(append("{'detections':[{'label':'horse'},{'label':'dog'}]}")).isEqualTo("append 1=horse 0=dog");
    }

    @Test
    void needsNoLabelsWhenThereAreOnlyIds() throws Exception {
        assertThat(append("{'detections':[{'classId':5},{'classId':17,'label':'17'}]}"))
                .isEqualTo("null 5=null 17=null");
        assertThat(append("{'model':'m','detections':[{'classId':5}]}")).isEqualTo("m 5=null");
        assertThat(append("{'model':'m'}")).isEqualTo("m");
        assertThat(journal.catalogue).isEmpty();
    }

    @Test
    void givesALabelThatLooksLikeANumberAnIdLikeAnyOther() throws Exception {
        assertThat(append("{'detections':[{'label':'17'}]}")).isEqualTo("append 0=17");
        assertThat(journal.print(parse("{'detections':[{'label':'17'}]}")))
                .contains("{\"classId\":0,\"label\":\"17\",");
    }

    @Test
    void letsALineThatContradictsEarlierOnesCarryItsOwnLabels() throws Exception {
        assertThat(append("{'detections':[{'classId':3,'label':'dog'}]}")).isEqualTo("append 3=dog");
        assertThat(append("{'detections':[{'classId':3,'label':'cat'},{'label':'dog'}]}"))
                .isEqualTo("append 3=cat 0=dog own");
        assertThat(append("{'detections':[{'label':'dog'}]}")).isEqualTo("append 3=dog");
        assertThat(journal.catalogue).hasSize(1);
    }

    @Test
    void neverTakesABareIdForALabelThatWasGivenThatId() throws Exception {
        assertThat(append("{'detections':[{'label':'cat'}]}")).isEqualTo("append 0=cat");
        assertThat(append("{'detections':[{'classId':0},{'label':'cat'}]}")).isEqualTo("append 0=null 1=cat own");
        assertThat(append("{'detections':[{'classId':1},{'label':'dog'}]}")).isEqualTo("append 1=null 2=dog");
        assertThat(append("{'detections':[{'classId':5,'label':'bus'},{'classId':5}]}"))
                .isEqualTo("append 5=bus 5=bus");
    }

    @Test
    void carriesItsOwnWhenTheLabelSetIsSaidToBeNone() throws Exception {
        assertThat(append("{'labelSet':'','model':'m','detections':[{'classId':1,'label':'cat'}]}"))
                .isEqualTo("m 1=cat own");
        assertThat(append("{'labelSet':'','detections':[{'classId':1,'label':'1'}]}"))
                .isEqualTo("null 1=null");
        assertThat(journal.catalogue).isEmpty();
        assertThat(append("{'labelSet':'','detections':[{'label':'cat'}]}")).isEqualTo("append 0=cat");
    }

    @Test
    void stopsPublishingBeforeTheCatalogueOverflows() throws Exception {
        for (int i = 0; i < Numbering.MAX_PUBLISHED + 5; i++) {
            String expected = i < Numbering.MAX_PUBLISHED ? "" : " own";
            assertThat(append("{'detections':[{'label':'label" + i + "'}]}")).endsWith("=label" + i + expected);
        }
        assertThat(append("{'detections':[{'label':'label0'}]}")).isEqualTo("append 0=label0");
        assertThat(journal.catalogue).hasSize(Numbering.MAX_PUBLISHED);
    }

    @Test
    void findsTheIdsOfLabelsInTheLabelSetTheLineNames() throws Exception {
        append("{'detections':[{'classId':7,'label':'dog'},{'classId':8,'label':'cat'}]}");
        String printed = journal.print(parse("{'detections':[{'label':'dog'}]}"));
        String hash = printed.replaceAll(".*\"labelSet\":\"(\\w+)\".*\n", "$1");
        assertThat(append("{'labelSet':'" + hash + "','detections':[{'label':'cat'},{'classId':7}]}"))
                .isEqualTo("append 8=cat 7=dog");
        assertThat(append("{'labelSet':'" + hash + "','detections':[{'classId':8,'label':'puma'},{'classId':7}]}"))
                .isEqualTo("append 8=puma 7=dog own");
    }

    private io.sightlog.event.EventDraft parse(String line) throws Exception {
        return lines.parse(Whole.line(line.replace('\'', '"')));
    }

    /** Model, then id and label of each detection, then whether the event carries them itself. */
    private String append(String line) throws Exception {
        Event event = journal.append(parse(line));
        var labels = event.labels();
        StringJoiner said = new StringJoiner(" ")
                .add(labels == null ? "null" : labels.model().name());
        for (int i = 0; i < event.detectionCount(); i++) {
            said.add(event.classId(i) + "=" + event.label(i));
        }
        return said + (event.section(io.sightlog.event.EventLayout.SECTION_LABELS) < 0 ? "" : " own");
    }
}
