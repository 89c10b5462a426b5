package io.sightlog.detect.internal.recognise;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    @Test
    void aDictionaryIsReadByItsKeysInAnyOrderAndGapsHaveNumbers() {
        assertThat(Names.parse("{2: 'car', 0: 'person', 4:'bus',}"))
                .containsExactly("person", "class 1", "car", "class 3", "bus");
        assertThat(Names.parse(" { '0' : \"person\" , \"1\": 'car' } ")).containsExactly("person", "car");
    }

    @Test
    void aListIsRead() {
        assertThat(Names.parse("['person', \"car\", bus, 7]")).containsExactly("person", "car", "bus", "7");
    }

    @Test
    void quotesCommasAndEscapesInLabelsStay() {
        assertThat(Names.parse(
                        "{0: \"bird's\", 1: 'say \\'hi\\'', 2: 'a, b: {c}', 3: 'caf\\xe9', 4: '\\u732b', 5: 'a\\\\b'}"))
                .containsExactly("bird's", "say 'hi'", "a, b: {c}", "café", "猫", "a\\b");
    }

    @Test
    void whatATerminalWouldObeyDoesNotGetIntoALabel() {
        assertThat(Names.parse("['a\\x1b[31m', 'b\\nc', 'd\ne', '\\ud800f', '']"))
                .containsExactly("a[31m", "b c", "d e", "f", "class 4");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "person",
                "{",
                "{}",
                "[]",
                "{0: 'person'",
                "{0: 'person'} and more",
                "{0 'person'}",
                "{-1: 'person'}",
                "{1.5: 'person'}",
                "{99999999999: 'person'}",
                "{100000: 'person'}",
                "{'a': 'person'}",
                "['person",
                "['\\x1']",
                "['\\U00110000']",
                "[[0]]",
                "{0: {1: 'person'}}",
            })
    void whatIsNoDictionaryOrListOfLabelsIsNoLabels(String text) {
        assertThat(Names.parse(text)).isEmpty();
    }

    @Test
    void moreLabelsThanAnyModelHasAreNone() {
        List<String> many =
                IntStream.rangeClosed(0, Names.MAX_LABELS).mapToObj(i -> "'x'").toList();
        assertThat(Names.parse(many.toString())).isEmpty();
        assertThat(Names.parse(many.subList(1, many.size()).toString())).hasSize(Names.MAX_LABELS);
        assertThat(Names.parse("['" + "x".repeat(201) + "']")).isEmpty();
    }

    @Test
    void anyTextIsReadOrNotButNeverMore() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String letters = "{}[]:,'\"\\ xuU019a-\n";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "{" : "[");
            for (int n = random.nextInt(30); n > 0; n--) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }
            assertThat(Names.parse(text.toString()))
                    .as("seed %d: %s", seed, text)
                    .allSatisfy(label -> assertThat(label)
                            .isNotBlank()
                            .matches(l -> l.codePoints().noneMatch(Character::isISOControl)));
        }
    }
}
